import type { Context, SQSEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  AwsUnavailable,
  BudgetSpent,
  PipelineError,
  RateLimited,
  ReauthorizationRequired,
  StoreRejected,
  StoreUnavailable,
  TokenBusy,
} from '../../shared/domain/errors.ts'
import type { LogEvent } from '../../shared/domain/log-events.ts'
import { sqsHandler, type BatchUse, type SqsDeps } from '../../shared/lambda/sqs-handler.ts'
import type { ParkingLot, SourceQueue } from '../../shared/ports.ts'
import { memoryParking } from '../fakes/memory-queues.ts'

const Message = z.object({ v: z.literal(1), id: z.string() })
type Message = z.infer<typeof Message>

const source = () => {
  const calls: unknown[] = []
  const queue: SourceQueue = {
    deadLetter: async (message) => void calls.push(['deadLetter', message]),
    putBack: async (body, seconds, traceId) => void calls.push(['putBack', body, seconds, ...(traceId === undefined ? [] : [traceId])]),
    delay: async (handle, seconds) => void calls.push(['delay', handle, seconds]),
  }
  return { queue, calls }
}

const invoke = async (
  use: BatchUse<Message, SqsDeps>,
  bodies: readonly string[],
  options: {
    traceIds?: readonly string[]
    remainingMs?: number
    queue?: SourceQueue
    parking?: ParkingLot
    countParked?: SqsDeps['countParked']
    outdatedAt?: number
    firstTry?: number
  } = {},
) => {
  const logged: { event: LogEvent; fields: unknown }[] = []
  const handler = sqsHandler(
    Message,
    use,
    () => ({
      clock: () => NOW,
      source: options.queue ?? source().queue,
      ...(options.parking !== undefined && { parking: options.parking }),
      ...(options.countParked !== undefined && { countParked: options.countParked }),
    }),
    (event, fields) => void logged.push({ event, fields }),
    () => options.outdatedAt,
  )
  const event = {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body,
      attributes: attributesOf(body, options.firstTry),
      messageAttributes: tracedAs(options.traceIds?.[index]),
    })),
  } as unknown as SQSEvent
  const context = { getRemainingTimeInMillis: () => options.remainingMs ?? 30_000 } as unknown as Context
  const answer = (await handler(event, context)) as unknown as { batchItemFailures: { itemIdentifier: string }[] }
  return { failed: answer.batchItemFailures.map((failure) => failure.itemIdentifier), logged }
}

const NOW = Date.UTC(2026, 0, 5, 15)
const FIRST_TRY = NOW - 90_000
/** SQS tells of every message when it was first received. */
const attributesOf = (body: string, firstTry = FIRST_TRY) =>
  body.includes('untold') ? {} : { ApproximateFirstReceiveTimestamp: String(firstTry) }
const tracedAs = (traceId: string | undefined) => (traceId === undefined ? {} : { traceId: { dataType: 'String', stringValue: traceId } })
const rejected = async (reason: Error): Promise<never> => {
  throw reason
}
const message = (id: string): string => JSON.stringify({ v: 1, id })

describe('sqsHandler', () => {
  it('returns only the message that failed', async () => {
    const { failed } = await invoke(
      (messages) => messages.map(async ({ id }) => (id === 'bad' ? Promise.reject(new Error('bug')) : 'done')),
      [message('a'), message('bad'), message('c')],
    )
    expect(failed).toEqual(['m1'])
  })

  it('moves malformed messages and unknown versions to the dead-letter queue while their neighbours succeed', async () => {
    const { queue, calls } = source()
    const seen: string[] = []
    const bodies = ['not json', message('a'), JSON.stringify({ v: 2, id: 'b' }), '{}']
    const { failed } = await invoke((messages) => messages.map(async ({ id }) => (seen.push(id), 'done' as const)), bodies, { queue })
    expect(seen).toEqual(['a'])
    expect(failed).toEqual([])
    expect(calls).toEqual([
      ['deadLetter', { body: bodies[0], reason: 'not JSON' }],
      ['deadLetter', { body: bodies[2], reason: 'v: invalid_value' }],
      ['deadLetter', { body: bodies[3], reason: 'v: invalid_value' }],
    ])
  })

  it('keeps a poisoned message when the dead-letter queue does not take it', async () => {
    const { queue } = source()
    const failing = { ...queue, deadLetter: () => Promise.reject(new Error('queue is down')) }
    expect((await invoke(() => [], ['not json'], { queue: failing })).failed).toEqual(['m0'])
  })

  it('moves to the dead-letter queue what is refused for good', async () => {
    const { queue, calls } = source()
    const { failed } = await invoke(() => [Promise.reject(new StoreRejected('refused'))], [message('a')], { queue })
    expect(failed).toEqual([])
    expect(calls).toEqual([['deadLetter', { body: message('a'), reason: 'STORE_REJECTED' }]])
  })

  it.each([
    ['two minutes at first, however soon Schwab may be asked again', 1, 0, 120],
    ['as long as Schwab asks for', 200, 0, 200],
    ['as long as the message has been tried so far', undefined, 300_500, 301],
    ['ten minutes at most', undefined, 89 * 60_000, 600],
  ])('tries a failed message again after %s', async (_text, retryAfterSeconds, age, seconds) => {
    const { queue, calls } = source()
    const use = () => [Promise.reject(new RateLimited('429', { retryAfterSeconds }))]
    const { failed } = await invoke(use, [message('a')], { queue, firstTry: NOW - age })
    expect(failed).toEqual(['m0'])
    expect(calls).toEqual([['delay', 'r0', seconds]])
  })

  it.each([
    ['an outage', new StoreUnavailable('down'), 'STORE_UNAVAILABLE'],
    ['a bug', new TypeError('a bug'), 'TypeError'],
  ])('moves a message to the dead letters when %s has lasted for an hour and a half', async (_text, error, reason) => {
    const { queue, calls } = source()
    const options = { queue, firstTry: NOW - 90 * 60_000 - 1 }
    const { failed, logged } = await invoke(() => [Promise.reject(error)], [message('a')], options)
    expect(failed).toEqual([])
    expect(calls).toEqual([['deadLetter', { body: message('a'), reason }]])
    expect(logged).toContainEqual({ event: 'message_given_up', fields: expect.objectContaining({ error: reason }) })
  })

  it('keeps an old message that the dead-letter queue does not take', async () => {
    const { queue } = source()
    const failing = { ...queue, deadLetter: () => Promise.reject(new AwsUnavailable('down')) }
    const options = { queue: failing, firstTry: NOW - 2 * 3_600_000 }
    expect((await invoke(() => [Promise.reject(new StoreUnavailable('down'))], [message('a')], options)).failed).toEqual(['m0'])
  })

  it('supersedes a failed message that is planned again by itself, but none that met a bug or was refused', async () => {
    const { queue, calls } = source()
    const failures = [new StoreUnavailable('down'), new Error('a bug'), new StoreRejected('refused')]
    const use = () => failures.map(rejected)
    const bodies = [message('a'), message('b'), message('c')]
    const { failed, logged } = await invoke(use, bodies, { queue, outdatedAt: NOW - 1 })
    expect(failed).toEqual(['m1'])
    expect(calls).toContainEqual(['deadLetter', { body: bodies[2], reason: 'STORE_REJECTED' }])
    expect(logged).toContainEqual({ event: 'message_superseded', fields: expect.objectContaining({ messageId: 'm0' }) })
    expect((await invoke(use, bodies, { outdatedAt: NOW })).failed).toEqual(['m0', 'm1'])
  })

  it('counts what has failed, and not what only waits for its turn', async () => {
    const failures = [new StoreUnavailable('down'), new Error('a bug'), new TokenBusy('busy'), new BudgetSpent('spent')]
    const { logged } = await invoke(() => failures.map(rejected), ['a', 'b', 'c', 'd'].map(message))
    const counted = logged.flatMap(({ event, fields }) => (event === 'message_failed' ? [(fields as { counted: boolean }).counted] : []))
    expect(counted).toEqual([true, true, false, false])
  })

  it('puts a postponed message back as a new one', async () => {
    const { queue, calls } = source()
    const { failed } = await invoke(() => [Promise.resolve({ later: 30 })], [message('a')], { queue })
    expect(failed).toEqual([])
    expect(calls).toEqual([['putBack', message('a'), 30]])
  })

  it('keeps a postponed message when it could not be put back', async () => {
    const { queue } = source()
    const failing = { ...queue, putBack: () => Promise.reject(new Error('queue is down')) }
    expect((await invoke(() => [Promise.resolve({ later: 30 })], [message('a')], { queue: failing })).failed).toEqual(['m0'])
  })

  it('returns what is not done when time runs out, and aborts it', async () => {
    let aborted = false
    const { failed, logged } = await invoke(
      (_messages, _deps, { signal }) => {
        signal.addEventListener('abort', () => (aborted = true))
        return [Promise.resolve('done'), new Promise(() => undefined)]
      },
      [message('a'), message('slow')],
      { remainingMs: 2_010 },
    )
    expect(failed).toEqual(['m1'])
    expect(aborted).toBe(true)
    expect(logged).toContainEqual({ event: 'message_failed', fields: expect.objectContaining({ messageId: 'm1', error: 'OUT_OF_TIME' }) })
  })

  it('fails the whole batch when what it needs cannot be built, and builds again at the next event', async () => {
    let attempts = 0
    const handler = sqsHandler(
      Message,
      () => [Promise.resolve('done')],
      () => {
        if (++attempts === 1) throw new Error('no secret')
        return { clock: () => NOW, source: source().queue }
      },
      () => undefined,
    )
    const event = { Records: [{ messageId: 'm0', receiptHandle: 'r0', body: message('a'), messageAttributes: {} }] } as unknown as SQSEvent
    const context = { getRemainingTimeInMillis: () => 30_000 } as unknown as Context
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] })
    expect(await handler(event, context)).toEqual({ batchItemFailures: [] })
  })

  it('logs no body', async () => {
    class Odd extends PipelineError {
      override readonly name = 'Odd'
      readonly code = 'ODD'
      readonly fate = 'retry'
    }
    const { logged } = await invoke(() => [Promise.reject(new Odd('it failed'))], [message('secret-in-body')])
    expect(JSON.stringify(logged)).not.toContain('secret-in-body')
  })
})

describe('a message that needs a new login', () => {
  const dead = new ReauthorizationRequired({ id: 'outage-1', deadVersion: 'v1' })
  /** Fails those whose id begins so. */
  const use: BatchUse<Message, SqsDeps> = (messages) =>
    messages.map(({ id }) => (id.startsWith('dead') ? Promise.reject(dead) : Promise.resolve('done')))

  it('is parked as it was received, with what is known of its failure, and acknowledged', async () => {
    const parking = memoryParking()
    const { failed, logged } = await invoke(use, [message('dead'), message('a')], { parking })
    expect(failed).toEqual([])
    expect(parking.messages()).toEqual([
      { body: message('dead'), reason: 'REAUTHORIZATION_REQUIRED', outageId: 'outage-1', secretVersion: 'v1', failedAt: FIRST_TRY },
    ])
    expect(logged).toContainEqual({
      event: 'job_parked',
      fields: { messageId: 'm0', reason: 'REAUTHORIZATION_REQUIRED', outageId: 'outage-1' },
    })
    expect(logged).toContainEqual({ event: 'batch_handled', fields: { messages: 2, done: 1, parked: 1, failed: 0 } })
  })

  it('failed now when SQS does not say when it was first received', async () => {
    const parking = memoryParking()
    await invoke(use, [message('dead-untold')], { parking })
    expect(parking.messages()).toMatchObject([{ failedAt: NOW }])
  })

  it('is acknowledged only after it was parked (invariant 4)', async () => {
    const { promise: parked, resolve } = Promise.withResolvers<void>()
    const parking = { ...memoryParking(), park: () => parked }
    let acknowledged = false
    const answer = invoke(use, [message('dead')], { parking }).then((result) => ((acknowledged = true), result))
    await new Promise((done) => setImmediate(done))
    expect(acknowledged).toBe(false)
    resolve()
    expect((await answer).failed).toEqual([])
  })

  it('stays in its queue when the parking lot does not take it, while its neighbour is parked', async () => {
    const parking = memoryParking()
    parking.refuseParks(1)
    const { failed } = await invoke(use, [message('dead-1'), message('dead-2')], { parking })
    expect(failed).toEqual(['m0'])
    expect(parking.messages().map(({ body }) => body)).toEqual([message('dead-2')])
  })

  it('stays in its queue where there is no parking lot', async () => {
    expect((await invoke(use, [message('dead')])).failed).toEqual(['m0'])
  })

  it('is counted once with its batch, when it is parked', async () => {
    const counts: unknown[] = []
    const parking = memoryParking()
    parking.refuseParks(1)
    const countParked = async (...count: readonly unknown[]): Promise<void> => void counts.push(count)
    await invoke(use, [message('dead-1'), message('dead-2'), message('a'), message('dead-3')], { parking, countParked })
    expect(counts).toEqual([['outage-1', 2]])
    await invoke(use, [message('a')], { parking, countParked })
    expect(counts).toHaveLength(1)
  })

  it.each([
    ['fails', () => Promise.reject(new StoreUnavailable('down'))],
    ['does not end', () => new Promise<void>(() => undefined)],
  ])('is parked and acknowledged also when the count of it %s', async (_name, countParked) => {
    const parking = memoryParking()
    const { failed, logged } = await invoke(use, [message('dead')], { parking, countParked, remainingMs: 510 })
    expect([failed, parking.messages().length]).toEqual([[], 1])
    expect(logged.map(({ event }) => event)).toContain('parked_not_counted')
  })

  it('is the only kind that is parked', async () => {
    const parking = memoryParking()
    const { failed } = await invoke(() => [Promise.reject(new AwsUnavailable('down'))], [message('a')], { parking })
    expect([failed, parking.messages()]).toEqual([['m0'], []])
  })
})

describe('the trace id of a message', () => {
  const dead = new ReauthorizationRequired({ id: 'outage-1', deadVersion: 'v1' })
  const fates: Readonly<Record<string, () => ReturnType<BatchUse<Message, SqsDeps>>[number]>> = {
    later: () => Promise.resolve({ later: 30 }),
    dead: () => Promise.reject(dead),
    refused: () => Promise.reject(new StoreRejected('refused')),
    failed: () => Promise.reject(new AwsUnavailable('down')),
  }
  const use: BatchUse<Message, SqsDeps> = (messages) => messages.map(({ id }) => fates[id]?.() ?? Promise.resolve('done'))
  const bodies = ['later', 'dead', 'refused', 'failed'].map(message)
  const traceIdsLogged = (logged: readonly { readonly event: LogEvent; readonly fields: unknown }[]) =>
    logged.flatMap(({ event, fields }) => {
      const { messageId, traceId } = fields as { readonly messageId?: string; readonly traceId?: string }
      return messageId === undefined ? [] : [`${messageId} ${event} ${traceId}`]
    })

  it('goes with it wherever it goes, and is logged', async () => {
    const { queue, calls } = source()
    const parking = memoryParking()
    const { logged } = await invoke(use, [...bodies, 'not json'], { queue, parking, traceIds: ['t0', 't1', 't2', 't3', 't4'] })
    expect(calls).toEqual([
      ['putBack', bodies[0], 30, 't0'],
      ['deadLetter', { body: bodies[2], reason: 'STORE_REJECTED', traceId: 't2' }],
      ['delay', 'r3', 120],
      ['deadLetter', { body: 'not json', reason: 'not JSON', traceId: 't4' }],
    ])
    expect(parking.messages()).toMatchObject([{ traceId: 't1' }])
    expect(traceIdsLogged(logged).toSorted()).toEqual([
      'm1 job_parked t1',
      'm2 message_poisoned t2',
      'm3 message_failed t3',
      'm4 message_poisoned t4',
    ])
  })

  it('is the one in the body where somebody sent it without', async () => {
    const { queue, calls } = source()
    await invoke(use, [JSON.stringify({ v: 1, id: 'later', traceId: 'in-body' })], { queue })
    expect(calls).toMatchObject([['putBack', expect.any(String), 30, 'in-body']])
  })

  it.each(['Bearer I0.b2F1dGgyLmNkYy5zY2h3YWIuY29t', 'a'.repeat(65), '', 7, null])(
    'is none when it does not look like one: %s',
    async (traceId) => {
      const { queue, calls } = source()
      const { logged } = await invoke(use, [JSON.stringify({ v: 2, traceId })], {
        queue,
        ...(typeof traceId === 'string' && { traceIds: [traceId] }),
      })
      expect(calls).toEqual([['deadLetter', { body: expect.any(String), reason: expect.any(String) }]])
      expect(traceIdsLogged(logged)).toEqual(['m0 message_poisoned undefined'])
    },
  )
})
