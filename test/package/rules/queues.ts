import { at, each, list, ofType, type Resource, type Rule, targetOf } from '../template.ts'

const FOURTEEN_DAYS = 1_209_600
const MIB = 1_048_576
const HOUR_SECONDS = 3600

const isDeadLetters = (queue: Resource): boolean => String(queue.Properties['QueueName']).endsWith('-dlq')
const visibilityOf = (queue: Resource | undefined): number => Number(queue?.Properties['VisibilityTimeout'] ?? 30)

/** The queues that the flow has, with what each must be able to do. */
export const queueRules: Rule = (template) => {
  const queues = ofType(template, 'AWS::SQS::Queue')
  const dead = queues.filter(isDeadLetters)
  const working = queues.filter((queue) => !isDeadLetters(queue))
  const named = (ending: string): boolean => queues.some(({ Properties }) => String(Properties['QueueName']).endsWith(ending))
  return [
    ...['-jobs', '-candles', '-jobs-dlq', '-candles-dlq', '-auth-dlq', '-events-dlq']
      .filter((ending) => !named(ending))
      .map((ending) => `there is no queue whose name ends in ${ending}`),
    ...each(queues, 'does not keep messages for fourteen days', ({ Properties }) => Properties['MessageRetentionPeriod'] === FOURTEEN_DAYS),
    ...each(queues, 'does not say that it takes 1 MiB', ({ Properties }) => Properties['MaximumMessageSize'] === MIB),
    ...each(queues, 'is not encrypted', ({ Properties }) => Properties['SqsManagedSseEnabled'] === true),
    ...each(working, 'has no dead-letter queue', (queue) =>
      dead.some(({ id }) => id === targetOf(at(queue.Properties, 'RedrivePolicy', 'deadLetterTargetArn'))),
    ),
    ...each(
      working,
      'gives a failing message less than an hour',
      (queue) => Number(at(queue.Properties, 'RedrivePolicy', 'maxReceiveCount') ?? 0) * visibilityOf(queue) >= HOUR_SECONDS,
    ),
    ...each(dead, 'is deleted with the stack', isRetained),
    ...each(dead, 'does not say whose dead letters it takes', ({ Properties }) => Properties['RedriveAllowPolicy'] !== undefined),
  ]
}

/** A first deployment that failed leaves nothing behind that the next would stumble over. */
export const isRetained = ({ DeletionPolicy, UpdateReplacePolicy }: Resource): boolean =>
  DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain'

/** How queues are read. */
export const eventSourceRules: Rule = (template) => {
  const queues = ofType(template, 'AWS::SQS::Queue')
  const functions = ofType(template, 'AWS::Lambda::Function')
  const sources = ofType(template, 'AWS::Lambda::EventSourceMapping')
  const queueOf = (source: Resource) => queues.find(({ id }) => id === targetOf(source.Properties['EventSourceArn']))
  const functionOf = (source: Resource) => functions.find(({ id }) => id === targetOf(source.Properties['FunctionName']))
  const reads = (ending: string): boolean => sources.some((source) => String(queueOf(source)?.Properties['QueueName']).endsWith(ending))
  return [
    ...['-jobs', '-candles'].filter((ending) => !reads(ending)).map((ending) => `nobody reads the queue whose name ends in ${ending}`),
    ...each(sources, 'reads a queue that is not of this template', (source) => queueOf(source) !== undefined),
    ...each(sources, 'reads dead letters: success would delete them', (source) => {
      const queue = queueOf(source)
      return queue === undefined || !isDeadLetters(queue)
    }),
    ...each(sources, 'does not report partial failures: one failure would repeat or lose the others', ({ Properties }) =>
      list(Properties['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
    ),
    ...each(sources, 'has no bounded concurrency', ({ Properties }) => Number(at(Properties, 'ScalingConfig', 'MaximumConcurrency')) >= 2),
    ...each(sources, 'takes more than ten messages', ({ Properties }) => Number(Properties['BatchSize'] ?? 10) <= 10),
    ...each(sources, 'is switched off', ({ Properties }) => Properties['Enabled'] !== false),
    ...each(sources, 'reads a queue whose visibility time-out is less than six times that of the function', (source) => {
      const timeout = Number(functionOf(source)?.Properties['Timeout'] ?? 3)
      return visibilityOf(queueOf(source)) >= 6 * timeout + Number(source.Properties['MaximumBatchingWindowInSeconds'] ?? 0)
    }),
  ]
}
