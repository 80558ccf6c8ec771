import { at, each, list, ofType, type Resource, type Rule, targetOf } from '../template.ts'

/** What runs the functions, and what becomes of an event that finds nobody. */
export const eventRules: Rule = (template) => {
  const functions = ofType(template, 'AWS::Lambda::Function')
  const schedules = ofType(template, 'AWS::Scheduler::Schedule')
  const rules = ofType(template, 'AWS::Events::Rule')
  const isQueue = (id: string | undefined): boolean => ofType(template, 'AWS::SQS::Queue').some((queue) => queue.id === id)
  const nameOf = (id: string | undefined): string => String(functions.find((fn) => fn.id === id)?.Properties['FunctionName'])
  const isEveryMinute = (name: string): boolean =>
    schedules.some(
      ({ Properties }) =>
        nameOf(targetOf(at(Properties, 'Target', 'Arn'))).endsWith(`-${name}`) && Properties['ScheduleExpression'] === 'cron(* * * * ? *)',
    )
  return [
    ...['scheduler', 'token-keeper'].filter((name) => !isEveryMinute(name)).map((name) => `${name} does not run every minute of the week`),
    // EventBridge Scheduler leaves out the hour that comes twice in a zone.
    ...each(schedules, 'runs by a zone whose clocks change', ({ Properties }) =>
      [undefined, 'UTC'].includes(Properties['ScheduleExpressionTimezone'] as string | undefined),
    ),
    ...each(schedules, 'is switched off', ({ Properties }) => Properties['State'] === 'ENABLED'),
    ...each(schedules, 'has no dead-letter queue', ({ Properties }) =>
      isQueue(targetOf(at(Properties, 'Target', 'DeadLetterConfig', 'Arn'))),
    ),
    ...each(rules, 'is switched off', ({ Properties }) => (Properties['State'] ?? 'ENABLED') === 'ENABLED'),
    ...each(rules, 'has a target without a dead-letter queue', ({ Properties }) =>
      list(Properties['Targets']).every((target) => isQueue(targetOf(at(target, 'DeadLetterConfig', 'Arn')))),
    ),
    ...each(rules, 'calls a function that does not let it', (rule) =>
      list(rule.Properties['Targets']).every((target) => {
        const fn = targetOf(at(target, 'Arn'))
        return !functions.some(({ id }) => id === fn) || isLetIn(ofType(template, 'AWS::Lambda::Permission'), fn)
      }),
    ),
    ...missingTargets(rules, nameOf),
    ...each(
      ofType(template, 'AWS::SNS::Subscription'),
      'ends with a deployment that names no address',
      ({ DeletionPolicy }) => DeletionPolicy === 'Retain',
    ),
    ...ofType(template, 'AWS::Events::EventBus')
      .filter(({ id }) => !ofType(template, 'AWS::Events::Archive').some(({ Properties }) => targetOf(Properties['SourceArn']) === id))
      .map(({ id }) => `${id} has no archive`),
  ]
}

const isLetIn = (permissions: readonly Resource[], fn: string | undefined): boolean =>
  permissions.some(({ Properties }) => targetOf(Properties['FunctionName']) === fn && Properties['Principal'] === 'events.amazonaws.com')

/** Every event that a person or a function waits for has a rule that brings it there. */
const missingTargets = (rules: readonly Resource[], nameOf: (id: string | undefined) => string): readonly string[] => {
  const brings = (type: string, isThere: (target: string | undefined) => boolean): boolean =>
    rules.some(
      ({ Properties }) =>
        list(at(Properties, 'EventPattern', 'detail-type')).includes(type) &&
        list(Properties['Targets']).some((target) => isThere(targetOf(at(target, 'Arn')))),
    )
  const toMail = [
    'ReauthRequired',
    'ReauthReminder',
    'TokenExpiring',
    'FeedRestored',
    'FeedStale',
    'TokenRejected',
    'TickerUnknown',
    'TickerRefused',
    'TickerSilent',
    'TickerHeard',
    'DayReadAsClosed',
    'SessionRefused',
    'SecretFull',
  ]
  return [
    ...toMail.filter((type) => !brings(type, (target) => target === 'Mail')).map((type) => `nobody gets a mail about ${type}`),
    ...(brings('Reauthorized', (target) => nameOf(target).endsWith('-redriver')) ? [] : ['Reauthorized does not start the redriver']),
    ...(brings('CloudWatch Alarm State Change', (target) => nameOf(target).endsWith('-token-keeper'))
      ? []
      : ['the alarm of the parked jobs does not reach token-keeper']),
  ]
}

/** The way in from outside. */
export const httpRules: Rule = (template) => [
  ...each(
    ofType(template, 'AWS::ApiGatewayV2::Stage'),
    'is not throttled',
    ({ Properties }) =>
      Number(at(Properties, 'DefaultRouteSettings', 'ThrottlingRateLimit')) <= 20 &&
      Number(at(Properties, 'DefaultRouteSettings', 'ThrottlingBurstLimit')) <= 50,
  ),
  ...each(
    ofType(template, 'AWS::ApiGatewayV2::Stage'),
    'has no access log',
    ({ Properties }) => at(Properties, 'AccessLogSettings', 'Format') !== undefined,
  ),
  ...each(
    ofType(template, 'AWS::ApiGatewayV2::Stage'),
    'logs what a callback must not leave behind',
    ({ Properties }) =>
      !/path|query|header|\bauthorizer/i.test(String(at(Properties, 'AccessLogSettings', 'Format')).replaceAll('routeKey', '')),
  ),
  ...['GET /reauth', 'POST /reauth', 'GET /reauth/callback']
    .filter((route) => !ofType(template, 'AWS::ApiGatewayV2::Route').some(({ Properties }) => Properties['RouteKey'] === route))
    .map((route) => `there is no route ${route}`),
]
