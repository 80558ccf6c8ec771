import { describe, expect, it } from 'vitest'
import { rules } from '../../local/stack/rules.ts'
import type { RuleModel } from '../../local/template/stack-model.ts'
import { functionCalls, returned, settled, threw } from '../fakes/function-calls.ts'

const rule = (fields: Partial<RuleModel>): RuleModel => ({
  name: 'rule',
  busName: 'default',
  pattern: { source: ['aws.cloudwatch'] },
  expression: undefined,
  targets: [{ arn: 'arn:fn', input: undefined }],
  ...fields,
})

const event = { source: 'aws.cloudwatch', detail: { state: { value: 'ALARM' } } }

const setup = (...given: readonly RuleModel[]) => {
  const calls = functionCalls()
  const ends: (string | undefined)[] = []
  const sent: [string, string][] = []
  const mails: [string, string][] = []
  const parts = rules({
    rules: given,
    poolOf: (arn) => (arn === 'arn:fn' ? calls.pool : undefined),
    sendToQueue: async (arn, body) => {
      if (arn.endsWith('broken')) throw new Error('no such queue')
      sent.push([arn, body])
    },
    publish: (arn, text) => void mails.push([arn, text]),
    clock: () => 0,
    onEnd: (error) => void ends.push(error),
  })
  return { ...parts, calls, ends, sent, mails }
}

describe('rules', () => {
  it('hand an event that matches to the function, and count the call until it ends', async () => {
    const { deliver, active, calls, ends } = setup(rule({}))
    deliver('default', event)
    expect(calls.events).toEqual([event])
    expect(active()).toBe(1)
    await calls.end(returned())
    expect(active()).toBe(0)
    expect(ends).toEqual([undefined])
  })

  it.each([
    ['another bus', 'prices', rule({})],
    ['another source', 'default', rule({ pattern: { source: ['aws.sqs'] } })],
    ['another state', 'default', rule({ pattern: { detail: { state: { value: ['OK'] } } } })],
    ['a schedule', 'default', rule({ pattern: undefined, expression: 'rate(1 minute)' })],
  ])('leave an event alone that is for %s', (_, bus, given) => {
    const { deliver, active, calls } = setup(given)
    deliver(bus, event)
    expect(active()).toBe(0)
    expect(calls.events).toEqual([])
  })

  it('call every target of every rule that matches', () => {
    const twice = rule({
      targets: [
        { arn: 'arn:fn', input: undefined },
        { arn: 'arn:fn', input: { fixed: true } },
      ],
    })
    const { deliver, calls } = setup(twice, rule({ name: 'other' }))
    deliver('default', event)
    expect(calls.events).toEqual([event, { fixed: true }, event])
  })

  it('send an event to a queue as text', async () => {
    const { deliver, sent, active } = setup(rule({ targets: [{ arn: 'arn:aws:sqs:us-east-1:000000000000:jobs', input: undefined }] }))
    deliver('default', event)
    await settled()
    expect(sent).toEqual([['arn:aws:sqs:us-east-1:000000000000:jobs', JSON.stringify(event)]])
    expect(active()).toBe(0)
  })

  it('report a call that failed and a queue that refused', async () => {
    const { deliver, calls, ends } = setup(
      rule({}),
      rule({ targets: [{ arn: 'arn:aws:sqs:us-east-1:000000000000:broken', input: undefined }] }),
    )
    deliver('default', event)
    await calls.end(threw('TypeError: no'))
    expect(ends).toEqual(['no such queue', 'TypeError: no'])
  })

  it('send people the text that the input transformer makes, and call no function for it', async () => {
    const topic = 'arn:aws:sns:us-east-1:000000000000:mail'
    const transformer = { paths: { state: '$.detail.state.value' }, template: '"It is <state>."\n' }
    const { deliver, ends, active, mails } = setup(rule({ targets: [{ arn: topic, input: undefined, transformer }] }))
    deliver('default', event)
    await settled()
    expect(mails).toEqual([[topic, 'It is ALARM.']])
    expect([ends, active()]).toEqual([[], 0])
  })

  it('say whether any of them matched', () => {
    const { deliver } = setup(rule({}))
    expect(deliver('default', event)).toBe(true)
    expect(deliver('prices', event)).toBe(false)
  })

  it('match the resource that an alarm names', () => {
    const pattern = { source: ['aws.cloudwatch'], resources: ['arn:auth-dlq'], detail: { state: { value: ['ALARM'] } } }
    const { deliver, calls } = setup(rule({ pattern }))
    deliver('default', { ...event, resources: ['arn:jobs-dlq'] })
    expect(calls.events).toEqual([])
    deliver('default', { ...event, resources: ['arn:auth-dlq'] })
    expect(calls.events).toHaveLength(1)
  })

  it('pass over a target that has no counterpart here', async () => {
    const { deliver, ends, active } = setup(rule({ targets: [{ arn: 'arn:aws:logs:us-east-1:000000000000:group', input: undefined }] }))
    deliver('default', event)
    await settled()
    expect([ends, active()]).toEqual([[], 0])
  })
})
