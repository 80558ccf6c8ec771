import { describe, expect, it } from 'vitest'
import { queueAlarm } from '../../local/stack/alarms.ts'
import type { AlarmModel } from '../../local/template/stack-model.ts'
import { EMPTY, stackSqs } from '../fakes/stack-sqs.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')
const MINUTE = 60_000

const setup = (model: Partial<AlarmModel> = {}, nextVisibleAt?: number) => {
  let now = NOON + 1
  let depth = EMPTY
  const sqs = { ...stackSqs(() => depth), nextVisibleAt: () => nextVisibleAt }
  const alarm = queueAlarm(
    {
      name: 'parked-jobs',
      arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:parked-jobs',
      queueName: 'jobs-dlq',
      metric: 'ApproximateNumberOfMessagesVisible',
      threshold: 0,
      comparison: 'GreaterThanThreshold',
      periodSeconds: 60,
      ...model,
    },
    sqs,
    () => now,
  )
  return {
    alarm,
    becomes: (next: Partial<typeof EMPTY>) => void (depth = { ...EMPTY, ...next }),
    /** What the alarm says a minute later, when the queue is as `next` says. */
    aMinuteLater: (next: Partial<typeof EMPTY> = {}) => {
      now += MINUTE
      depth = { ...EMPTY, ...next }
      return alarm.evaluate()
    },
  }
}

const changedTo = (state: string) => ({ detail: { state: { value: state } } })

describe('an alarm on the depth of a queue', () => {
  it('tells of each change of state once', () => {
    const { aMinuteLater } = setup()
    expect(aMinuteLater()).toMatchObject({ detail: { state: { value: 'OK' }, previousState: { value: 'INSUFFICIENT_DATA' } } })
    expect(aMinuteLater()).toBeUndefined()
    expect(aMinuteLater({ visible: 1 })).toMatchObject({ detail: { state: { value: 'ALARM' }, previousState: { value: 'OK' } } })
    expect(aMinuteLater({ visible: 7 })).toBeUndefined()
    expect(aMinuteLater()).toMatchObject({ detail: { state: { value: 'OK' }, previousState: { value: 'ALARM' } } })
  })

  it('looks at the start of each period and not between', () => {
    const { alarm, aMinuteLater, becomes } = setup()
    expect(alarm.nextDueAt()).toBe(NOON + MINUTE)
    expect(alarm.evaluate()).toBeUndefined()
    expect(aMinuteLater({ visible: 1 })).toMatchObject(changedTo('ALARM'))
    becomes({})
    expect(alarm.nextDueAt()).toBe(NOON + 2 * MINUTE)
    expect(alarm.evaluate()).toBeUndefined()
  })

  it('has nothing due while its state is that of the queue', () => {
    const { alarm, aMinuteLater, becomes } = setup()
    aMinuteLater({ visible: 1 })
    expect(alarm.nextDueAt()).toBeUndefined()
    becomes({ visible: 2 })
    expect(alarm.nextDueAt()).toBeUndefined()
  })

  it('looks again when a message that is hidden appears', () => {
    const { alarm, aMinuteLater } = setup({}, NOON + 5 * MINUTE + 10)
    aMinuteLater({ inFlight: 1 })
    expect(alarm.nextDueAt()).toBe(NOON + 6 * MINUTE)
  })

  it('speaks as CloudWatch does on the default bus', () => {
    expect(setup().aMinuteLater({ visible: 2 })).toMatchObject({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      time: '2019-02-11T17:01:00.001Z',
      resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:parked-jobs'],
      detail: { alarmName: 'parked-jobs', state: { reason: 'ApproximateNumberOfMessagesVisible is 2' } },
    })
  })

  it.each([
    ['GreaterThanThreshold', 3, 'OK'],
    ['GreaterThanThreshold', 4, 'ALARM'],
    ['GreaterThanOrEqualToThreshold', 2, 'OK'],
    ['GreaterThanOrEqualToThreshold', 3, 'ALARM'],
    ['LessThanThreshold', 3, 'OK'],
    ['LessThanThreshold', 2, 'ALARM'],
    ['LessThanOrEqualToThreshold', 4, 'OK'],
    ['LessThanOrEqualToThreshold', 3, 'ALARM'],
  ])('with %s 3 and a depth of %i is %s', (comparison, visible, state) => {
    expect(setup({ comparison, threshold: 3 }).aMinuteLater({ visible })).toMatchObject(changedTo(state))
  })

  it.each([
    ['ApproximateNumberOfMessagesNotVisible', { inFlight: 1 }],
    ['ApproximateNumberOfMessagesDelayed', { delayed: 1 }],
  ])('counts %s', (metric, depth) => {
    expect(setup({ metric }).aMinuteLater({ visible: 5 })).toMatchObject(changedTo('OK'))
    expect(setup({ metric }).aMinuteLater(depth)).toMatchObject(changedTo('ALARM'))
  })

  it('refuses a metric and a comparison that it does not know', () => {
    expect(() => setup({ metric: 'ApproximateAgeOfOldestMessage' }).aMinuteLater()).toThrow('ApproximateAgeOfOldestMessage')
    expect(() => setup({ comparison: 'NotEqual' }).aMinuteLater()).toThrow('NotEqual')
  })
})
