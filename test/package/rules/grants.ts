import { statementsOf } from './permissions.ts'
import { ofType, type Rule, targetOf } from '../template.ts'

const KEEP = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
]
const WORK_OFF = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']
const READ = ['secretsmanager:GetSecretValue']
const SEND = ['sqs:SendMessage']
const COUNT = ['sqs:GetQueueAttributes']
const PUBLISH = ['events:PutEvents']

/** What each function does, on what: the calls of its code, and those that Lambda makes in its name where it reads a queue. */
const GRANTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  SchedulerRole: {
    AppSecret: READ,
    // The token itself is none of its business.
    TokenSecret: ['secretsmanager:DescribeSecret'],
    Jobs: [...COUNT, ...SEND],
    Candles: [...COUNT, ...SEND],
    JobsDlq: COUNT,
    CandlesDlq: COUNT,
    AuthDlq: COUNT,
    EventsDlq: COUNT,
    Bus: PUBLISH,
  },
  FetcherRole: {
    AppSecret: READ,
    TokenSecret: KEEP,
    // It also puts back what the budget did not grant.
    Jobs: [...WORK_OFF, ...SEND],
    JobsDlq: SEND,
    Candles: SEND,
    AuthDlq: SEND,
    Bus: PUBLISH,
  },
  WriterRole: { AppSecret: READ, Candles: WORK_OFF, CandlesDlq: SEND },
  TokenKeeperRole: { AppSecret: READ, TokenSecret: KEEP, AuthDlq: COUNT, Bus: PUBLISH },
  ReauthRole: { AppSecret: READ, TokenSecret: KEEP, Bus: PUBLISH },
  RedriverRole: {
    AppSecret: READ,
    Jobs: SEND,
    AuthDlq: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    Bus: PUBLISH,
  },
  SchedulesRole: {
    SchedulerLambdaFunction: ['lambda:InvokeFunction'],
    TokenDashkeeperLambdaFunction: ['lambda:InvokeFunction'],
    RedriverLambdaFunction: ['lambda:InvokeFunction'],
    EventsDlq: SEND,
  },
}

/** No grant is missing and none is too many. Its own logs are not listed. */
export const grantRules: Rule = (template) =>
  Object.entries(GRANTS).flatMap(([name, grants]) => {
    const role = ofType(template, 'AWS::IAM::Role').find(({ id }) => id === name)
    const given = (role === undefined ? [] : statementsOf(role)).flatMap(({ actions, resources }) =>
      resources.flatMap((resource) => actions.map((action) => `${action} on ${targetOf(resource) ?? 'something by its name'}`)),
    )
    const wanted = Object.entries(grants).flatMap(([resource, actions]) => actions.map((action) => `${action} on ${resource}`))
    return [
      ...wanted.filter((grant) => !given.includes(grant)).map((grant) => `${name} lacks ${grant}`),
      ...given
        .filter((grant) => !wanted.includes(grant) && !grant.startsWith('logs:'))
        .map((grant) => `${name} has ${grant}, which nobody needs`),
    ]
  })

/** Who may take a role: Lambda those of the functions, EventBridge Scheduler that of the schedules, and nobody else. */
export const trustRules: Rule = (template) =>
  ofType(template, 'AWS::IAM::Role').flatMap(({ id, Properties }) => {
    const service = id === 'SchedulesRole' ? 'scheduler.amazonaws.com' : 'lambda.amazonaws.com'
    const text = JSON.stringify(Properties['AssumeRolePolicyDocument'])
    const principals = [...text.matchAll(/"Principal":(\{[^}]*\}|"[^"]*")/g)].map((match) => match[1])
    return principals.join() === JSON.stringify({ Service: service }) ? [] : [`${id} may be taken by others than ${service}`]
  })
