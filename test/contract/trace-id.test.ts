import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Context, SQSEvent } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import { fetchCandles } from '../../functions/fetcher/fetch-candles.ts'
import { redriveParked } from '../../functions/redriver/redrive-parked.ts'
import { runTick } from '../../functions/scheduler/run-tick.ts'
import { storeCandles } from '../../functions/writer/store-candles.ts'
import { processClock } from '../../local/clock/replace-date.ts'
import type { FunctionPool } from '../../local/runtime/function-pool.ts'
import { exactlyOnce } from '../../local/stack/deliveries.ts'
import { eventSource } from '../../local/stack/event-source.ts'
import { queueUrl, startSqs } from '../../local/stack/sqs.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import { sqsParkedQueue, sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { sqsCandleQueue, sqsJobQueue, sqsPutBack, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { ReauthorizationRequired } from '../../shared/domain/errors.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { memoryEventBus } from '../fakes/memory-event-bus.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { monday } from './store-setup.ts'

const TICK = newYorkInstant(monday.date, '10:00')
const QUEUES = ['jobs', 'jobs-dlq', 'candles', 'candles-dlq', 'auth-dlq']
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const config = { tickers: ['QQQ'], requestsPerMinute: 120, backfillPerMinute: 20, overlapMinutes: 3, horizonDays: 5 }
const bar = { datetime: monday.opensAt, open: 1, high: 1, low: 1, close: 1, volume: 1 }

/** Scheduler, fetcher, redriver and writer over real queues; what lies beyond them is in memory. */
const startPipeline = async (dataDir: string) => {
  const sqs = await startSqs({ port: 0, dataDir })
  await sqs.create(
    QUEUES.map((name) => ({ name, arn: `arn:aws:sqs:us-east-1:000000000000:${name}`, visibilitySeconds: 30, attributes: {} })),
  )
  const client = new SQSClient({ region: 'us-east-1', endpoint: sqs.url, credentials })
  const url = (name: string): string => queueUrl(sqs.url, name)
  const world = { now: TICK, granted: true, dead: false, ids: 0 }
  const clock = (): number => world.now
  const newId = (): string => `trace-${(world.ids += 1)}`
  const [store, events] = [memoryStore(), memoryEventBus()]
  const logged: Readonly<Record<string, unknown>>[] = []
  const logOf = (name: string) => jsonLog({ function: name }, (line) => void logged.push(JSON.parse(line)))
  const jobs = sqsJobQueue(client, url('jobs'))
  const candles = sqsCandleQueue(client, url('candles'))

  const fetcherLog = logOf('fetcher')
  const fetcher = sqsHandler(
    FetchJob,
    fetchCandles,
    () => ({
      clock,
      pause: async () => undefined,
      limits: config,
      verdicts: store,
      budget: {
        ...store,
        beginFetch: async ({ live, backfill }) =>
          world.granted ? { live, backfill, deadVersion: undefined } : { live: 0, backfill: 0, deadVersion: undefined },
      },
      tokens: {
        accessToken: async () => {
          if (world.dead) throw new ReauthorizationRequired({ id: 'outage-1', deadVersion: 'v1' })
          return 'token'
        },
        replaceRefused: async () => 'token',
      },
      marketData: schwab({
        baseUrl: 'https://schwab',
        fetch: async () => new Response(JSON.stringify({ candles: [bar] })),
        timeoutMs: PATIENCE_MS,
        log: fetcherLog,
      }),
      candles,
      jobs,
      events,
      notices: store,
      source: sqsSourceQueue(client, { queue: url('jobs'), deadLetters: url('jobs-dlq') }),
      parking: sqsParkingLot(client, url('auth-dlq')),
    }),
    fetcherLog,
  )
  const writer = sqsHandler(
    CandleBatch,
    storeCandles,
    () => ({ clock, store, source: sqsSourceQueue(client, { queue: url('candles'), deadLetters: url('candles-dlq') }) }),
    logOf('writer'),
  )

  const context = { getRemainingTimeInMillis: () => 30_000 } as unknown as Context
  /** Calls a function with all that is visible in its queue, as the local stack does. */
  const deliver = async (name: string, handler: (event: SQSEvent, context: Context) => Promise<unknown>): Promise<void> => {
    const ended = Promise.withResolvers<void>()
    const pool: Pick<FunctionPool, 'invoke'> = {
      invoke: async (event) => ({ ok: true, value: await handler(event as SQSEvent, context) }),
    }
    const source = eventSource({
      model: { functionArn: 'fn', queueArn: name, batchSize: 10, windowSeconds: 0, maximumConcurrency: 1, partialFailures: true },
      queue: { name, arn: name, visibilitySeconds: 30 },
      pool: pool as FunctionPool,
      sqs,
      deliveries: exactlyOnce,
      region: 'us-east-1',
      clock,
      onEnd: () => ended.resolve(),
    })
    expect(await source.dispatch()).toBe(true)
    await ended.promise
  }

  return {
    world,
    logged,
    tick: () =>
      runTick({
        clock,
        calendar: marketCalendar({ onlySessions: [monday.date] }),
        config,
        book: store,
        tokens: store,
        notices: store,
        secret: { currentVersionId: async () => 'v1' },
        events,
        jobs,
        candles,
        queues: { depths: async () => ({}) },
        board: store,
        newTraceId: newId,
        log: logOf('scheduler'),
      }),
    fetch: () => deliver('jobs', fetcher),
    write: () => deliver('candles', writer),
    redrive: () =>
      redriveParked({
        clock,
        calendar: marketCalendar({ onlySessions: [monday.date] }),
        config,
        tokens: store,
        leases: store,
        parked: sqsParkedQueue(client, url('auth-dlq')),
        jobs,
        putBack: sqsPutBack(client, url('jobs')),
        book: store,
        events,
        newId,
        remainingMs: () => 100_000,
        log: logOf('redriver'),
      }),
    /** The events that name this trace id, in order, after the function that logged them. */
    trace: (id: string) =>
      logged
        .filter(({ traceId, traceIds }) => traceId === id || (Array.isArray(traceIds) && traceIds.includes(id)))
        .map((line) => `${String(line['function'])}: ${String(line['event'])}`),
    attributesIn: async (name: string) => (await sqs.receive(name, 10)).map(({ MessageAttributes }) => MessageAttributes),
    stop: async () => {
      client.destroy()
      await sqs.stop()
    },
  }
}

describe('one trace id', () => {
  let dir: string
  let pipeline: Awaited<ReturnType<typeof startPipeline>>

  beforeAll(() => processClock.use(() => pipeline?.world.now ?? TICK))
  afterAll(() => processClock.use(processClock.real))
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'trace-id-'))
    pipeline = await startPipeline(dir)
  })
  afterEach(async () => {
    await pipeline.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('leads from the tick of the schedule to the rows', async () => {
    await pipeline.tick()
    await pipeline.fetch()
    await pipeline.write()
    expect(pipeline.trace('trace-1')).toEqual([
      'scheduler: jobs_enqueued',
      'fetcher: schwab_called',
      'fetcher: price_history_fetched',
      'writer: equity_data_inserted',
      'writer: indicators_inserted',
    ])
  })

  it('is kept by a job that has to wait for the next minute', async () => {
    const { world } = pipeline
    world.granted = false
    await pipeline.tick()
    await pipeline.fetch()
    world.granted = true
    world.now += MINUTE
    await pipeline.fetch()
    await pipeline.write()
    expect(pipeline.trace('trace-1')).toEqual([
      'scheduler: jobs_enqueued',
      'fetcher: job_postponed',
      'fetcher: schwab_called',
      'fetcher: price_history_fetched',
      'writer: equity_data_inserted',
      'writer: indicators_inserted',
    ])
  })

  it('is kept by a job that was parked alone', async () => {
    const { world } = pipeline
    world.dead = true
    await pipeline.tick()
    await pipeline.fetch()
    world.dead = false
    await pipeline.redrive()
    await pipeline.fetch()
    await pipeline.write()
    expect(pipeline.trace('trace-1')).toEqual([
      'scheduler: jobs_enqueued',
      'fetcher: job_parked',
      'redriver: jobs_redriven',
      'fetcher: schwab_called',
      'fetcher: price_history_fetched',
      'writer: equity_data_inserted',
      'writer: indicators_inserted',
    ])
  })

  it('leads on to the one that several parked jobs got together', async () => {
    const { world } = pipeline
    world.dead = true
    await pipeline.tick()
    await pipeline.fetch()
    world.now += MINUTE
    await pipeline.tick()
    await pipeline.fetch()
    world.dead = false
    world.now += HOUR
    await pipeline.redrive()
    await pipeline.fetch()
    await pipeline.write()
    expect([pipeline.trace('trace-1').at(-1), pipeline.trace('trace-2').at(-1)]).toEqual([
      'redriver: jobs_redriven',
      'redriver: jobs_redriven',
    ])
    expect(pipeline.logged.find(({ event }) => event === 'jobs_redriven')).toMatchObject({
      ticker: 'QQQ',
      count: 2,
      traceId: 'trace-3',
      traceIds: ['trace-1', 'trace-2'],
    })
    expect(pipeline.trace('trace-3').slice(-2)).toEqual(['writer: equity_data_inserted', 'writer: indicators_inserted'])
  })

  it('is an attribute of the messages on both queues', async () => {
    const traced = { traceId: { DataType: 'String', StringValue: 'trace-1' } }
    await pipeline.tick()
    expect(await pipeline.attributesIn('jobs')).toEqual([traced])
    pipeline.world.now += MINUTE
    await pipeline.fetch()
    expect(await pipeline.attributesIn('candles')).toEqual([traced])
  })
})
