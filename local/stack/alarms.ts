import { randomUUID } from 'node:crypto'
import { ACCOUNT, REGION, type AlarmModel } from '../template/model.ts'
import type { LocalSqs } from './sqs.ts'

/** A CloudWatch alarm on a queue's depth. Looks once a period and tells of each change of state. */
export type Alarm = {
  readonly nextDueAt: () => number
  /** Looks at the queue if it is time. @returns the event when the state has changed */
  readonly evaluate: () => AlarmEvent | undefined
}

/** As EventBridge carries it. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export type AlarmEvent = Readonly<Record<string, unknown>>

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

export const queueAlarm = (model: AlarmModel, sqs: LocalSqs, clock: () => number): Alarm => {
  const period = model.periodSeconds * 1000
  let state: State = 'INSUFFICIENT_DATA'
  let next = (Math.floor(clock() / period) + 1) * period
  return {
    nextDueAt: () => next,
    evaluate: () => {
      const now = clock()
      if (now < next) return undefined
      next = (Math.floor(now / period) + 1) * period
      const value = metricValue(model.metric, sqs, model.queueName)
      const current = breaches(value, model) ? 'ALARM' : 'OK'
      if (current === state) return undefined
      const previous = state
      state = current
      return stateChange(model, current, previous, `${model.metric} is ${value}`, now)
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
