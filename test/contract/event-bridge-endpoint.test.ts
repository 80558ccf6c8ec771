import { appendFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  TestEventPatternCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEventJournal } from '../../local/aws/event-journal.ts'
import { startAwsEndpoints, type AwsEndpoints } from '../../local/aws/endpoints.ts'
import { eventBridge } from '../../shared/adapters/event-bridge.ts'

const AT = Date.parse('2026-01-02T14:30:00.250Z')
const rule = {
  name: 'deaths',
  busName: 'kite',
  pattern: { source: ['app'] },
  targets: [{ arn: 'arn:aws:sns:us-east-1:000000000000:mail' }],
}
let dir: string
let logged: unknown[]
let seen: { readonly event: Readonly<Record<string, unknown>>; readonly bus: string }[]
let onEvent: (event: Readonly<Record<string, unknown>>, bus: string) => void | Promise<void>
let endpoints: AwsEndpoints
let client: EventBridgeClient

const start = async () => {
  endpoints = await startAwsEndpoints({
    dir,
    port: 0,
    clock: () => AT,
    onEvent: (event, bus) => onEvent(event, bus),
    log: (...entry) => logged.push(entry),
    buses: ['kite'],
    rules: [rule],
  })
  client = new EventBridgeClient({
    region: 'us-east-1',
    endpoint: endpoints.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
}
const good: PutEventsRequestEntry = { Source: 'app', DetailType: 'Happened', Detail: '{"n":1}', EventBusName: 'kite' }
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }))
const details = () => seen.map(({ event }) => event['detail'])

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'events-'))
  logged = []
  seen = []
  onEvent = (event, bus) => void seen.push({ event, bus })
  await start()
})
afterEach(() => endpoints.stop())

describe('the local EventBridge', () => {
  it('hands an event on in the shape that rules see', async () => {
    const { Entries = [] } = await put({ ...good, Resources: ['arn:x'] })
    await endpoints.events.settled()
    expect(seen).toEqual([
      {
        bus: 'kite',
        event: {
          version: '0',
          id: Entries[0]?.EventId,
          'detail-type': 'Happened',
          source: 'app',
          account: '000000000000',
          time: '2026-01-02T14:30:00Z',
          region: 'us-east-1',
          resources: ['arn:x'],
          detail: { n: 1 },
        },
      },
    ])
  })

  it('takes the time of an entry, and a bus by its ARN', async () => {
    await put({ ...good, Time: new Date(0), EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/kite' })
    await endpoints.events.settled()
    expect(seen).toMatchObject([{ bus: 'kite', event: { time: '1970-01-01T00:00:00Z' } }])
  })

  it('refuses entries one by one', async () => {
    const answer = await put(
      { ...good, Detail: '{' },
      good,
      { ...good, Detail: '[1]' },
      { ...good, Source: '' },
      { ...good, DetailType: '' },
      { ...good, Detail: '' },
      { ...good, Source: 'aws.s3' },
    )
    expect(answer.FailedEntryCount).toBe(6)
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      undefined,
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
    ])
    await endpoints.events.settled()
    expect(seen).toHaveLength(1)
  })

  it('refuses a request that has none, more than ten, or more than a mebibyte', async () => {
    const big = { ...good, Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) }
    for (const entries of [[], Array.from({ length: 11 }, () => good), [big, big]])
      await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' })
    expect((await put(big)).FailedEntryCount).toBe(0)
  })

  it('accepts an event for a bus that does not exist and says in the log that it is lost', async () => {
    expect((await put({ ...good, EventBusName: 'nowhere' })).FailedEntryCount).toBe(0)
    await endpoints.events.settled()
    expect(seen).toEqual([])
    expect(logged).toEqual([['event_lost_on_unknown_bus', { bus: 'nowhere' }]])
  })

  it('takes what the adapter publishes', async () => {
    await eventBridge({ client, busName: 'kite' }).publish([
      { type: 'TickerUnknown', detail: { ticker: 'QQQ', since: '2026-01-03T00:00:00Z', sinceText: 'Friday' } },
    ])
    await endpoints.events.settled()
    expect(seen).toMatchObject([
      { bus: 'kite', event: { source: 'alpha-kite.pipeline', 'detail-type': 'TickerUnknown', detail: { ticker: 'QQQ' } } },
    ])
  })

  it('shows its buses and rules', async () => {
    expect((await client.send(new ListEventBusesCommand())).EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'kite'])
    expect(await client.send(new DescribeEventBusCommand({ Name: 'kite' }))).toMatchObject({
      Arn: expect.stringContaining(':event-bus/kite'),
    })
    expect((await client.send(new ListRulesCommand({ EventBusName: 'kite' }))).Rules).toMatchObject([
      { Name: 'deaths', EventPattern: '{"source":["app"]}' },
    ])
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'deaths', EventBusName: 'kite' }))
    expect(Targets).toEqual([{ Id: '0', Arn: rule.targets[0]?.arn }])
    await expect(client.send(new DescribeEventBusCommand({ Name: 'nowhere' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('tests patterns', async () => {
    const Event = JSON.stringify({ id: '1', account: '1', source: 'app', time: 't', region: 'r', resources: [], 'detail-type': 'x' })
    const test = (EventPattern: string) => client.send(new TestEventPatternCommand({ EventPattern, Event }))
    expect((await test('{"source":["app"]}')).Result).toBe(true)
    expect((await test('{"source":["other"]}')).Result).toBe(false)
    await expect(test('{"source":[{"sounds-like":"app"}]}')).rejects.toMatchObject({ name: 'InvalidEventPatternException' })
    await expect(client.send(new TestEventPatternCommand({ EventPattern: '{"a":[1]}', Event: '{}' }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  it('hands on after a restart what it had not handed on before, in order and once', async () => {
    const { promise: never } = Promise.withResolvers<void>()
    await put(good)
    await endpoints.events.settled()
    onEvent = () => never
    await put({ ...good, Detail: '{"n":2}' }, { ...good, Detail: '{"n":3}' })
    onEvent = (event, bus) => void seen.push({ event, bus })
    await start()
    await endpoints.events.settled()
    expect(details()).toEqual([{ n: 1 }])
    endpoints.events.resume()
    await endpoints.events.settled()
    expect(details()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    await endpoints.stop()
    await start()
    endpoints.events.resume()
    await endpoints.events.settled()
    expect(seen).toHaveLength(3)
  })

  it('hands on what was left over before the next new event, even when nobody asks for it', async () => {
    const { promise: never } = Promise.withResolvers<void>()
    onEvent = () => never
    await put(good)
    onEvent = (event, bus) => void seen.push({ event, bus })
    await start()
    await put({ ...good, Detail: '{"n":2}' })
    await endpoints.events.settled()
    expect(details()).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('goes on to the next event when one could not be handed on', async () => {
    onEvent = () => {
      onEvent = (event, bus) => void seen.push({ event, bus })
      throw new Error('no')
    }
    await put(good, { ...good, Detail: '{"n":2}' })
    await endpoints.events.settled()
    expect(details()).toEqual([{ n: 2 }])
    expect(logged).toMatchObject([['event_delivery_failed', { error: 'Error' }]])
  })
})

describe('the journal of events', () => {
  const entry = (id: string) =>
    ({
      bus: 'kite',
      event: { version: '0', id, 'detail-type': 't', source: 's', account: 'a', time: 'x', region: 'r', resources: [], detail: {} },
    }) as const
  const ids = (journal: ReturnType<typeof openEventJournal>) => journal.recent(100).map(({ event }) => event.id)

  it('keeps the newest', () => {
    const journal = openEventJournal(join(dir, 'journal'), 4)
    for (const id of ['1', '2', '3', '4', '5', '6', '7']) journal.append([entry(id)])
    expect(ids(journal)).toEqual(['3', '4', '5', '6', '7'])
    journal.close()
  })

  it('drops a line that a crash has cut, and goes on behind it', () => {
    const path = join(dir, 'journal')
    const journal = openEventJournal(path, 10)
    journal.append([entry('1')])
    journal.close()
    appendFileSync(path, '{"bus":"ki')
    const reopened = openEventJournal(path, 10)
    reopened.append([entry('2')])
    expect(ids(reopened)).toEqual(['1', '2'])
    reopened.close()
  })
})
