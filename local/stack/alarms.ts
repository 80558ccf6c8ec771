import { randomUUID } from 'node:crypto'
import { ACCOUNT, REGION } from '../template/place.ts'
import type { AlarmModel } from '../template/stack-model.ts'
import type { LocalSqs } from './sqs.ts'

/** A CloudWatch alarm on a queue's depth. Looks once a period and tells of each change of state. */
export type Alarm = {
  /** When its state will change unless the queue does; undefined when it would stay as it is. */
  readonly nextDueAt: () => number | undefined
  /** Looks at the queue if it is time. @returns the event when the state has changed */
  readonly evaluate: () => AlarmEvent | undefined
}

/** As EventBridge carries it. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export type AlarmEvent = Readonly<Record<string, unknown>>

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

export const queueAlarm = (model: AlarmModel, sqs: LocalSqs, clock: () => number): Alarm => {
  const period = model.periodSeconds * 1000
  let state: State = 'INSUFFICIENT_DATA'
  const periodAfter = (at: number): number => (Math.floor(at / period) + 1) * period
  const stateNow = (): State => (breaches(metricValue(model.metric, sqs, model.queueName), model) ? 'ALARM' : 'OK')
  let next = periodAfter(clock())
  return {
    nextDueAt: () => {
      if (stateNow() !== state) return next
      const nextVisibleAt = sqs.nextVisibleAt(model.queueName)
      return nextVisibleAt === undefined ? undefined : Math.max(next, periodAfter(nextVisibleAt))
    },
    evaluate: () => {
      const now = clock()
      if (now < next) return undefined
      next = periodAfter(now)
      const current = stateNow()
      if (current === state) return undefined
      const previous = state
      state = current
      return stateChange(model, current, previous, `${model.metric} is ${metricValue(model.metric, sqs, model.queueName)}`, now)
    },
  }
}

const stateChange = (model: AlarmModel, current: State, previous: State, reason: string, now: number): AlarmEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: ACCOUNT,
  region: REGION,
  time: new Date(now).toISOString(),
  resources: [model.arn],
  detail: {
    alarmName: model.name,
    state: { value: current, reason, timestamp: new Date(now).toISOString() },
    previousState: { value: previous },
  },
})

const metricValue = (metric: string, sqs: LocalSqs, queue: string): number => {
  const depth = sqs.depth(queue)
  switch (metric) {
    case 'ApproximateNumberOfMessagesVisible':
      return depth.visible
    case 'ApproximateNumberOfMessagesNotVisible':
      return depth.inFlight
    case 'ApproximateNumberOfMessagesDelayed':
      return depth.delayed
    default:
      throw new Error(`the local stack has alarms on queue depth only, not on ${metric}`)
  }
}

const breaches = (value: number, { threshold, comparison }: AlarmModel): boolean => {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold
    case 'LessThanThreshold':
      return value < threshold
    case 'LessThanOrEqualToThreshold':
      return value <= threshold
    default:
      throw new Error(`${comparison} is not a comparison of CloudWatch`)
  }
}
