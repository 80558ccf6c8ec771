import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { eventBridge } from '../../shared/adapters/event-bridge.ts'
import type { PipelineEvent } from '../../shared/domain/events.ts'
import { memoryEventBus } from '../fakes/memory-event-bus.ts'

const aws = mockClient(EventBridgeClient)
const bus = eventBridge({ client: new EventBridgeClient({ region: 'us-east-1' }), busName: 'kite' })
const event = (ticker: string): PipelineEvent => ({
  type: 'TickerUnknown',
  detail: { ticker, since: '2026-01-03T00:00:00Z', sinceText: 'Friday' },
})
const tickersOfCall = (call: number): readonly (string | undefined)[] =>
  aws.commandCalls(PutEventsCommand)[call]?.args[0].input.Entries?.map(({ Detail }) => JSON.parse(Detail ?? '{}').ticker) ?? []
const taken = { EventId: 'id' }
const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'later' }

beforeEach(() => aws.reset())

describe('the EventBridge adapter', () => {
  it('puts an event under the source that rules match on', async () => {
    aws.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [taken] })
    await bus.publish([event('QQQ')])
    expect(aws.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        EventBusName: 'kite',
        Source: 'alpha-kite.pipeline',
        DetailType: 'TickerUnknown',
        Detail: '{"ticker":"QQQ","since":"2026-01-03T00:00:00Z","sinceText":"Friday"}',
      },
    ])
  })

  it('makes no call for no events', async () => {
    await bus.publish([])
    expect(aws.calls()).toHaveLength(0)
  })

  it('puts at most ten at once', async () => {
    aws.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [] })
    await bus.publish(Array.from({ length: 11 }, (_, index) => event(String(index))))
    expect([tickersOfCall(0).length, tickersOfCall(1)]).toEqual([10, ['10']])
  })

  it('offers refused events once more, and only those', async () => {
    aws
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 1, Entries: [taken, refused, taken] })
      .resolvesOnce({ FailedEntryCount: 0, Entries: [taken] })
    await bus.publish([event('A'), event('B'), event('C')])
    expect(tickersOfCall(1)).toEqual(['B'])
  })

  it('fails when an event is refused twice', async () => {
    aws.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [refused] })
    await expect(bus.publish([event('A')])).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: expect.stringContaining('ThrottlingException'),
    })
    expect(aws.calls()).toHaveLength(2)
  })

  it('fails when the call does', async () => {
    aws.on(PutEventsCommand).rejects(new DOMException('late', 'TimeoutError'))
    await expect(bus.publish([event('A')])).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' })
  })
})

describe('the event bus in memory', () => {
  it('keeps what was published, in order', async () => {
    const memory = memoryEventBus()
    await memory.publish([event('A')])
    await memory.publish([event('B')])
    expect(memory.published).toEqual([event('A'), event('B')])
  })
})
