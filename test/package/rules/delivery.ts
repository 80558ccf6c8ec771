import { at, each, list, ofType, type Resource, type Rule, targetOf } from '../template.ts'

/** Whether a resource policy lets this service do this to the resource. */
const letsIn = (policies: readonly Resource[], place: string, resource: string | undefined, service: string, action: string): boolean =>
  policies.some(
    ({ Properties }) =>
      list(Properties[place]).some((one) => targetOf(one) === resource) &&
      list(at(Properties, 'PolicyDocument', 'Statement')).some(
        (statement) =>
          at(statement, 'Principal', 'Service') === service &&
          list(at(statement, 'Action')).includes(action) &&
          list(at(statement, 'Resource')).some((one) => targetOf(one) === resource),
      ),
  )

/** EventBridge and CloudWatch reach topics and queues only by the policies of those. Without one everything is silently thrown away. */
export const deliveryRules: Rule = (template) => {
  const topicPolicies = ofType(template, 'AWS::SNS::TopicPolicy')
  const queuePolicies = ofType(template, 'AWS::SQS::QueuePolicy')
  const topics = new Set(ofType(template, 'AWS::SNS::Topic').map(({ id }) => id))
  const bus = ofType(template, 'AWS::Events::EventBus')[0]?.id
  const rules = ofType(template, 'AWS::Events::Rule')
  const targetsOf = (rule: Resource): readonly unknown[] => list(rule.Properties['Targets'])
  const isToMail = (rule: Resource): boolean => targetsOf(rule).some((target) => topics.has(targetOf(at(target, 'Arn')) ?? ''))
  return [
    ...each(rules.filter(isToMail), 'sends to a topic that does not let EventBridge in', (rule) =>
      targetsOf(rule).every((target) =>
        letsIn(topicPolicies, 'Topics', targetOf(at(target, 'Arn')), 'events.amazonaws.com', 'sns:Publish'),
      ),
    ),
    ...each(
      rules.filter(isToMail),
      'does not listen to the events of the pipeline',
      ({ Properties }) =>
        targetOf(Properties['EventBusName']) === bus && list(at(Properties, 'EventPattern', 'source')).join() === 'alpha-kite.pipeline',
    ),
    ...each(rules, 'has a dead-letter queue that does not let EventBridge in', (rule) =>
      targetsOf(rule).every((target) =>
        letsIn(queuePolicies, 'Queues', targetOf(at(target, 'DeadLetterConfig', 'Arn')), 'events.amazonaws.com', 'sqs:SendMessage'),
      ),
    ),
    ...each(ofType(template, 'AWS::CloudWatch::Alarm'), 'tells somebody that CloudWatch cannot reach', ({ Properties }) =>
      [...list(Properties['AlarmActions']), ...list(Properties['OKActions'])].every((action) =>
        letsIn(topicPolicies, 'Topics', targetOf(action), 'cloudwatch.amazonaws.com', 'sns:Publish'),
      ),
    ),
    ...each(ofType(template, 'AWS::Lambda::Permission'), 'lets anybody call', ({ Properties }) => Properties['SourceArn'] !== undefined),
    ...['Scheduler', 'TokenDashkeeper']
      .filter((stem) => !ofType(template, 'AWS::Lambda::EventInvokeConfig').some(isOfOneMinute(`${stem}LambdaFunction`)))
      .map((stem) => `${stem}LambdaFunction makes up for ticks of former minutes`),
    ...['Scheduler', 'TokenDashkeeper', 'Redriver']
      .filter(
        (stem) =>
          !ofType(template, 'AWS::Scheduler::Schedule').some(
            ({ Properties }) => targetOf(at(Properties, 'Target', 'Arn')) === `${stem}LambdaFunction`,
          ),
      )
      .map((stem) => `${stem}LambdaFunction has no schedule`),
  ]
}

const isOfOneMinute =
  (fn: string) =>
  ({ Properties }: Resource): boolean =>
    targetOf(Properties['FunctionName']) === fn && Properties['MaximumRetryAttempts'] === 0 && Properties['MaximumEventAgeInSeconds'] === 60
