import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileText } from './compile-text.ts'
import { findings } from './findings.ts'
import { validatorErrors } from './validate.ts'

const original = readFileSync(resolve(import.meta.dirname, '../../serverless.yml'), 'utf8')

type Breakage = {
  readonly what: string
  /** The first place where this stands is changed. */
  readonly from: string | RegExp
  readonly to: string
  /** What the findings, the validator or the framework say of it. */
  readonly found: RegExp
}

/** From `start` to the line before the next of the same indent, with it. */
const block = (start: string): string => {
  const indent = /^ */.exec(start)?.[0].length ?? 0
  const from = original.indexOf(`${start}\n`)
  if (from < 0) throw new Error(`serverless.yml has no line ${start}`)
  const rest = original.slice(from + start.length + 1)
  const end = rest.search(new RegExp(`^ {0,${indent}}\\S`, 'm'))
  return `${start}\n${end < 0 ? rest : rest.slice(0, end)}`
}
const edited = (text: string, from: string | RegExp, to: string): string => text.replace(from, () => to)

const BREAKAGES: readonly Breakage[] = [
  {
    what: 'an attribute that does not exist',
    from: 'RetentionDays: 30',
    to: 'RetentionDay: 30',
    found: /Archive .*RetentionDay/,
  },
  { what: 'a missing queue', from: block('      EventsDlq:'), to: '', found: /EventsDlq|-events-dlq/ },
  {
    what: 'a visibility below six time-outs',
    from: 'VisibilityTimeout: 180',
    to: 'VisibilityTimeout: 60',
    found: /visibility time-out is less than six times/,
  },
  {
    what: 'a queue without a dead-letter queue',
    from: /          RedrivePolicy:\n.*JobsDlq.Arn\n.*maxReceiveCount: 100\n/,
    to: '',
    found: /^Jobs has no dead-letter queue/m,
  },
  {
    what: 'too few tries',
    from: 'maxReceiveCount: 100',
    to: 'maxReceiveCount: 3',
    found: /Jobs gives a failing message less than an hour/,
  },
  {
    what: 'a role without a boundary',
    from: '          PermissionsBoundary: *boundary\n',
    to: '',
    found: /Role has no permissions boundary/,
  },
  {
    what: 'a star among the actions',
    from: 'Action: sqs:SendMessage,',
    to: "Action: 'sqs:*',",
    found: /SchedulerRole allows actions by \*/,
  },
  {
    what: 'a star for the resource',
    from: 'Resource: !GetAtt Bus.Arn',
    to: "Resource: '*'",
    found: /SchedulerRole allows something on \*/,
  },
  {
    what: 'a secret in plain text in the environment',
    from: '    SCHWAB_URL: https://api.schwabapi.com',
    to: '    SCHWAB_URL: https://api.schwabapi.com\n    SUPABASE_SECRET_KEY: abcdefghijklmnop',
    found: /credential in plain text in SUPABASE_SECRET_KEY/,
  },
  {
    what: 'a secret in plain text elsewhere',
    from: 'Description: The Schwab OAuth token, in the file shape of schwab-py',
    to: 'Description: sb_secret_k3y',
    found: /looks like a credential/,
  },
  {
    what: 'a value of a secret',
    from: 'Description: The Schwab OAuth token',
    to: "SecretString: '{}'\n          Description: The Schwab OAuth token",
    found: /TokenSecret has its value in the template/,
  },
  {
    what: 'no partial responses',
    from: '          functionResponseType: ReportBatchItemFailures\n',
    to: '',
    found: /does not report partial failures/,
  },
  {
    what: 'no bounded concurrency',
    from: '          maximumConcurrency: ${self:custom.pipeline.concurrency}\n',
    to: '',
    found: /no bounded concurrency/,
  },
  {
    what: 'a token secret that goes with the stack',
    from: 'TokenSecret:\n        Type: AWS::SecretsManager::Secret\n        DeletionPolicy: RetainExceptOnCreate\n',
    to: 'TokenSecret:\n        Type: AWS::SecretsManager::Secret\n',
    found: /TokenSecret is deleted with the stack/,
  },
  {
    what: 'a short memory of dead letters',
    from: /(?<=-auth-dlq\n          VisibilityTimeout: 120\n          MessageRetentionPeriod: )1209600/,
    to: '345600',
    found: /AuthDlq does not keep messages for fourteen days/,
  },
  { what: 'a queue that is not encrypted', from: '          SqsManagedSseEnabled: true\n', to: '', found: /Jobs is not encrypted/ },
  {
    what: 'an alarm that takes silence for health',
    from: 'TreatMissingData: breaching',
    to: 'TreatMissingData: notBreaching',
    found: /FreshnessAlarm takes silence for health/,
  },
  {
    what: 'an alarm without a period',
    from: /(?<=MetricName: FreshnessSeconds\n.*\n.*\n)          Period: 60\n/,
    to: '',
    found: /FreshnessAlarm is on no metric/,
  },
  {
    what: 'an alarm without a comparison',
    from: /          ComparisonOperator: GreaterThanThreshold\n/,
    to: '',
    found: /AuthDlqAlarm.*ComparisonOperator/,
  },
  {
    what: 'an alarm on a misspelt metric',
    from: 'MetricName: TokenHoursLeft',
    to: 'MetricName: TokenHours',
    found: /TokenAlarm is on a metric that nobody publishes/,
  },
  {
    what: 'an alarm that tells nobody',
    from: /          AlarmActions: &toMail \[!Ref Mail\]\n          OKActions: \*toMail\n/,
    to: '          OKActions: &toMail [!Ref Mail]\n',
    found: /FreshnessAlarm tells nobody/,
  },
  {
    what: 'a schedule without its dead-letter queue',
    from: /      RedriverSchedulerSchedule1: \*undeliveredTicks\n/,
    to: '',
    found: /RedriverSchedulerSchedule1 has no dead-letter queue/,
  },
  {
    what: 'a rule without its dead-letter queue',
    from: '          deadLetterQueueArn: !GetAtt EventsDlq.Arn\n',
    to: '',
    found: /has a target without a dead-letter queue/,
  },
  {
    what: 'a schedule by the clocks of New York',
    from: '          rate: cron(* * * * ? *)\n',
    to: '          rate: cron(* * * * ? *)\n          timezone: America/New_York\n',
    found: /runs by a zone whose clocks change/,
  },
  {
    what: 'a schedule that skips minutes',
    from: 'cron(* * * * ? *)',
    to: 'cron(0/2 * * * ? *)',
    found: /scheduler does not run every minute/,
  },
  { what: 'a role that is shared', from: 'role: WriterRole', to: 'role: FetcherRole', found: /WriterLambdaFunction shares its role/ },
  {
    what: 'a right that is missing',
    from: 'Resource: [!GetAtt Jobs.Arn, !GetAtt Candles.Arn] }',
    to: 'Resource: [!GetAtt Jobs.Arn] }',
    found: /SchedulerRole lacks sqs:SendMessage on Candles/,
  },
  {
    what: 'a right that nobody needs',
    from: 'Resource: [!GetAtt Jobs.Arn, !GetAtt Candles.Arn] }',
    to: 'Resource: [!GetAtt Jobs.Arn, !GetAtt Candles.Arn, !GetAtt AuthDlq.Arn] }',
    found: /SchedulerRole has sqs:SendMessage on AuthDlq, which nobody needs/,
  },
  {
    what: 'a role that anybody may take',
    from: 'Principal: { Service: lambda.amazonaws.com }',
    to: "Principal: '*'",
    found: /may be taken by others/,
  },
  {
    what: 'a dead-letter queue that is closed to EventBridge',
    from: block('      EventsDlqPolicy:'),
    to: '',
    found: /dead-letter queue that does not let EventBridge in/,
  },
  {
    what: 'an alarm that never goes off',
    from: 'Threshold: 180',
    to: 'Threshold: 99999',
    found: /FreshnessAlarm goes off at another moment/,
  },
  {
    what: 'an alarm the wrong way round',
    from: 'ComparisonOperator: LessThanThreshold',
    to: 'ComparisonOperator: GreaterThanThreshold',
    found: /TokenAlarm goes off at another moment/,
  },
  {
    what: 'ticks that are made up for',
    from: '    maximumRetryAttempts: 0\n    maximumEventAge: 60\n',
    to: '',
    found: /SchedulerLambdaFunction makes up for ticks/,
  },
  { what: 'no mails at all', from: '  - ${file(./deploy/mails.yml)}\n', to: '', found: /nobody gets a mail|Mail/ },
  {
    what: 'data that is in the way after a first deployment that failed',
    from: 'DeletionPolicy: RetainExceptOnCreate',
    to: 'DeletionPolicy: Retain',
    found: /JobsDlq is deleted with the stack|JobsDlq/,
  },
  {
    what: 'a variable that is missing',
    from: '      JOBS_DLQ_URL: !Ref JobsDlq\n',
    to: '',
    found: /SchedulerLambdaFunction reads JOBS_DLQ_URL/,
  },
  { what: 'another runtime', from: 'runtime: nodejs24.x', to: 'runtime: nodejs18.x', found: /does not run on nodejs24\.x|runtime/ },
  {
    what: 'a log that holds the code of a callback',
    from: '"$context.routeKey"',
    to: '"$context.path"',
    found: /logs what a callback must not leave behind/,
  },
  { what: 'a login page that anybody may flood', from: block('      HttpApiStage:'), to: '      HttpApi: {}\n', found: /is not throttled/ },
  { what: 'a bus without an archive', from: block('      Archive:'), to: '', found: /Bus has no archive/ },
  {
    what: 'parked jobs that nobody hears of',
    from: block('      - eventBridge:'),
    to: '',
    found: /parked jobs does not reach token-keeper/,
  },
  { what: 'logs that are kept for ever', from: '  logRetentionInDays: 30\n', to: '', found: /keeps logs for ever/ },
  {
    what: 'a resource that does not exist',
    from: 'JOBS_QUEUE_URL: !Ref Jobs',
    to: 'JOBS_QUEUE_URL: !Ref Job',
    found: /Job\b|may use Jobs, which it is not given/,
  },
  { what: 'a property of a function that does not exist', from: '    memorySize: 256', to: '    memory: 256', found: /memory/ },
]

/** What is said of a text of serverless.yml: by the framework, else by our own rules, else, since it takes longer, by the validator. */
const complaints = async (text: string): Promise<string> => {
  const template = await compileText(text)
  if (typeof template === 'string') return template
  const own = findings(template)
  return (own.length > 0 ? own : validatorErrors(template)).join('\n')
}

describe('serverless.yml with', () => {
  it.each(BREAKAGES)('$what is found', async ({ from, to, found }) => {
    const broken = edited(original, from, to)
    expect(broken).not.toBe(original)
    expect(await complaints(broken)).toMatch(found)
  })

  it('nothing of all this is not complained of', async () => {
    expect(await complaints(original)).toBe('')
  })
})
