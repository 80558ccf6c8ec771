import type { Context, SQSEvent } from 'aws-lambda'
import { beforeEach, describe, expect, it } from 'vitest'
import { fetchCandles } from '../../functions/fetcher/fetch-candles.ts'
import type { FetchDeps } from '../../functions/fetcher/fetch-deps.ts'
import {
  AwsUnavailable,
  DataRefused,
  RateLimited,
  ReauthorizationRequired,
  RequestRejected,
  SchwabUnavailable,
  StoreUnavailable,
} from '../../shared/domain/errors.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import { CandleBatch, encodeFetchJob, FetchJob } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import type { MarketData, Tokens } from '../../shared/ports.ts'
import { bar, bars, monday, tuesday } from '../contract/store-setup.ts'
import { memoryMarketData, type MemoryMarketData } from '../fakes/memory-market-data.ts'
import { memoryParking, memoryQueue, type MemoryQueue } from '../fakes/memory-queues.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'

let now: number
let store: MemoryStore
let schwab: MemoryMarketData
let candles: MemoryQueue
let jobs: MemoryQueue
let limits: FetchDeps['limits']
let beginFetches: number
let replaced: string[]
let logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[]

beforeEach(() => {
  now = monday.opensAt + 30 * MINUTE + 20_000
  store = memoryStore()
  schwab = memoryMarketData(() => now)
  candles = memoryQueue()
  jobs = memoryQueue()
  limits = { requestsPerMinute: 120, backfillPerMinute: 20 }
  beginFetches = 0
  replaced = []
  logged = []
  for (const ticker of ['A', 'B', 'C']) schwab.put(ticker, bars(monday))
})

const fetcher = (over: Partial<FetchDeps> = {}): FetchDeps => ({
  clock: () => now,
  limits,
  budget: { ...store, beginFetch: (input) => ((beginFetches += 1), store.beginFetch(input)) },
  tokens: {
    accessToken: async () => 'token-0',
    replaceRefused: async (refused) => `token-${replaced.push(refused)}`,
  },
  marketData: schwab,
  candles: candles.candles,
  jobs: jobs.jobs,
  verdicts: store,
  pause: () => new Promise(() => undefined),
  ...over,
})
/** What became of each job: its outcome, or the code of its failure. */
const handle = async (batch: readonly FetchJob[], over: Partial<FetchDeps> = {}, signal = new AbortController().signal) => {
  const log = (event: LogEvent, fields?: LogFields) => void logged.push({ event, fields })
  const settled = await Promise.allSettled(fetchCandles(batch, fetcher(over), { signal, log }))
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason.code ?? result.reason)))
}

const live = (ticker: string, rest: Partial<FetchJob> = {}): FetchJob => ({
  v: 1,
  kind: 'live',
  ticker,
  from: monday.opensAt,
  to: monday.opensAt + 30 * MINUTE,
  sessions: [monday],
  notAfter: monday.opensAt + 32 * MINUTE,
  plannedAt: monday.opensAt + 30 * MINUTE,
  traceId: 'trace',
  ...rest,
})
const full = (ticker: string, sessions: readonly Session[] = [monday]): FetchJob => ({
  v: 1,
  kind: 'backfill',
  ticker,
  from: sessions[0]!.opensAt,
  to: sessions.at(-1)!.closesAt,
  sessions: [...sessions],
  plannedAt: now,
  traceId: 'trace',
})
const published = (): readonly CandleBatch[] => candles.taken.map((body) => CandleBatch.parse(JSON.parse(body)))
const askedAgain = (): readonly FetchJob[] => jobs.taken.map((body) => FetchJob.parse(JSON.parse(body)))
const asked = (): readonly string[] => schwab.calls.map(({ ticker }) => ticker)
const fieldsOf = (event: LogEvent) => logged.filter((entry) => entry.event === event).map(({ fields }) => fields)

describe('a fetched window', () => {
  it('is published with its candles, the sessions it speaks for and the moment it was asked', async () => {
    expect(await handle([live('A')])).toEqual(['done'])
    expect(published()).toEqual([
      {
        v: 1,
        kind: 'live',
        ticker: 'A',
        from: monday.opensAt,
        to: monday.opensAt + 30 * MINUTE,
        sessions: [monday],
        fetchedAt: now,
        candles: bars(monday, 0, 30),
        traceId: 'trace',
      },
    ])
    expect(fieldsOf('price_history_fetched')).toMatchObject([{ ticker: 'A', candles_count: 30 }])
  })

  it('is published together with its neighbours: one call for the budget, one for the answers', async () => {
    expect(await handle([live('A'), live('B'), full('C')])).toEqual(['done', 'done', 'done'])
    expect(beginFetches).toBe(1)
    expect(candles.sends).toEqual([3])
  })

  it('does not wait for a neighbour that takes long', async () => {
    const gathered = Promise.withResolvers<void>()
    const slow = Promise.withResolvers<readonly never[]>()
    const marketData: MarketData = {
      priceHistory: (ticker, window, token, call) => (ticker === 'SLOW' ? slow.promise : schwab.priceHistory(ticker, window, token, call)),
    }
    const run = { signal: new AbortController().signal, log: () => undefined }
    const all = fetchCandles([live('A'), live('SLOW'), live('B')], fetcher({ marketData, pause: () => gathered.promise }), run)
    gathered.resolve()
    expect(await Promise.all([all[0], all[2]])).toEqual(['done', 'done'])
    expect([candles.sends, published().map(({ ticker }) => ticker)]).toEqual([[2], ['A', 'B']])
    slow.resolve([])
    expect(await all[1]).toBe('done')
  })

  it('loses its bad bars, with a reason for each kind in the log', async () => {
    const good = { ...bar(monday.opensAt), datetime: monday.opensAt }
    const bad = [
      { ...good, datetime: monday.opensAt + MINUTE, high: null },
      { ...good, datetime: monday.opensAt + 2 * MINUTE, close: Number.NaN },
      { ...good, datetime: monday.opensAt + 3 * MINUTE, high: 1, low: 2 },
    ]
    schwab.answerNext('A', [good, ...bad])
    expect(await handle([live('A')])).toEqual(['done'])
    expect(published()[0]?.candles).toEqual([bar(monday.opensAt)])
    expect(fieldsOf('candles_rejected')).toMatchObject([
      { ticker: 'A', reason: 'not_finite', count: 2 },
      { ticker: 'A', reason: 'high_below_low', count: 1 },
    ])
  })

  it('publishes nothing when a live answer is empty: the watermark stays', async () => {
    schwab.answerNext('A', [])
    expect(await handle([live('A')])).toEqual(['done'])
    expect(candles.sends).toEqual([])
  })

  it('is no audit of an empty session when every bar of it was bad', async () => {
    now = monday.closesAt + HOUR
    schwab.answerNext('A', [{ ...bar(monday.opensAt), datetime: monday.opensAt, close: 'broken' }])
    expect(await handle([full('A')])).toEqual(['done'])
    expect(published()).toEqual([])
  })

  it('is published empty when a whole session was read: emptiness is audited too', async () => {
    now = monday.closesAt + HOUR
    schwab.answerNext('A', [])
    expect(await handle([full('A')])).toEqual(['done'])
    expect(published()).toMatchObject([{ ticker: 'A', sessions: [monday], candles: [] }])
  })
})

describe('an expired live job', () => {
  it('is superseded without a call', async () => {
    now = monday.opensAt + 32 * MINUTE + 1
    expect(await handle([live('A')])).toEqual(['superseded'])
    expect([beginFetches, schwab.calls.length]).toEqual([0, 0])
  })

  it('is still good in its last moment', async () => {
    now = monday.opensAt + 32 * MINUTE
    expect(await handle([live('A')])).toEqual(['done'])
  })
})

describe('the request budget (invariant 6)', () => {
  it('sends back what it does not grant for a minute, live jobs going first, without a call', async () => {
    limits = { requestsPerMinute: 2, backfillPerMinute: 1 }
    expect(await handle([full('A'), live('B'), live('C')])).toEqual([{ later: 60 }, 'done', 'done'])
    expect(asked()).toEqual(['B', 'C'])
  })

  it('lets a live job wait until the oldest call does not count any more', async () => {
    limits = { requestsPerMinute: 2, backfillPerMinute: 1 }
    await handle([live('A')])
    now += 20_000
    await handle([live('B')])
    now += 14_500
    expect(await handle([live('C'), full('A')])).toEqual([{ later: 31 }, { later: 60 }])
    now += 31_000
    expect(await handle([live('C', { notAfter: now })])).toEqual(['done'])
  })

  it('takes the calls anew when the token was so long in coming that the first grant does not count any more', async () => {
    const tokens: Tokens = { ...fetcher().tokens, accessToken: async () => ((now += 5_001), 'token-0') }
    expect(await handle([live('A')], { tokens })).toEqual(['done'])
    expect([beginFetches, schwab.calls.length]).toEqual([2, 1])
    limits = { requestsPerMinute: 4, backfillPerMinute: 1 }
    expect(await handle([live('B', { notAfter: now })], { tokens })).toMatchObject([{ later: expect.any(Number) }])
    expect(schwab.calls).toHaveLength(1)
  })

  it('fails every job when the database does not answer, and asks Schwab nothing', async () => {
    const budget = { ...store, beginFetch: () => Promise.reject(new StoreUnavailable('down')) }
    expect(await handle([live('A'), full('B')], { budget })).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE'])
    expect(schwab.calls).toEqual([])
  })
})

describe('a call refused with 401', () => {
  it('is made once more with another token, and takes a second call from the budget', async () => {
    schwab.acceptOnly('token-1')
    expect(await handle([live('A')])).toEqual(['done'])
    expect(replaced).toEqual(['token-0'])
    expect(schwab.calls.map(({ accessToken }) => accessToken)).toEqual(['token-0', 'token-1'])
    expect(beginFetches).toBe(2)
  })

  it('waits a minute when the budget has no second call', async () => {
    limits = { requestsPerMinute: 1, backfillPerMinute: 1 }
    schwab.acceptOnly('token-1')
    expect(await handle([live('A')])).toEqual([{ later: 60 }])
    expect(schwab.calls).toHaveLength(1)
  })

  it('says so when it is refused with the new token too, and is tried again later if that one is replaced', async () => {
    schwab.acceptOnly('another')
    expect(await handle([live('A')])).toEqual(['ACCESS_REFUSED'])
    expect(schwab.calls).toHaveLength(2)
    expect(replaced).toEqual(['token-0', 'token-1'])
  })

  it('is parked when the refusal of a new token turns out to be the death of it', async () => {
    schwab.acceptOnly('another')
    const tokens: Tokens = {
      accessToken: async () => 'token-0',
      replaceRefused: async (refused) => (refused === 'token-0' ? 'token-1' : Promise.reject(DEAD)),
    }
    expect(await handle([live('A')], { tokens })).toEqual(['REAUTHORIZATION_REQUIRED'])
    expect(schwab.calls).toHaveLength(2)
  })

  it('is noted against its ticker when only the second call says that the symbol is unknown', async () => {
    schwab.acceptOnly('token-1')
    expect(await handle([live('NONE')])).toEqual(['superseded'])
    expect(await store.verdicts(['NONE'])).toMatchObject([{ kind: 'unknown_symbol' }])
  })

  it('is noted against its ticker when the token is good for other data: it costs no second call for candles', async () => {
    schwab.acceptOnly('another')
    const tokens: Tokens = { accessToken: async () => 'token-0', replaceRefused: () => Promise.reject(new DataRefused('good for others')) }
    expect(await handle([live('A')], { tokens })).toEqual(['superseded'])
    expect(schwab.calls).toHaveLength(1)
    expect(await store.verdicts(['A'])).toMatchObject([{ kind: 'refused_data', ticker: 'A' }])
  })
})

const DEAD = new ReauthorizationRequired({ id: 'outage-1', deadVersion: 'v1' })
/** A token whose version the database holds for dead. */
const deadTokens: Tokens = {
  accessToken: async (deadVersion) => (deadVersion === 'v1' ? Promise.reject(DEAD) : 'token-0'),
  replaceRefused: () => Promise.reject(new Error('not asked')),
}
const die = () => store.markDead({ version: 'v1', reason: 'reauth_required', now })

describe('a dead token', () => {
  it('fails every job of the batch so that it is parked, and calls Schwab not at all', async () => {
    await die()
    expect(await handle([live('A'), full('B')], { tokens: deadTokens })).toEqual(['REAUTHORIZATION_REQUIRED', 'REAUTHORIZATION_REQUIRED'])
    expect(schwab.calls).toEqual([])
  })

  it('parks also what the budget has no call for, instead of sending it round', async () => {
    limits = { requestsPerMinute: 0, backfillPerMinute: 0 }
    await die()
    expect(await handle([live('A'), full('B')], { tokens: deadTokens })).toEqual(['REAUTHORIZATION_REQUIRED', 'REAUTHORIZATION_REQUIRED'])
  })

  it('is asked for once by a whole batch', async () => {
    let asked = 0
    const tokens: Tokens = { ...deadTokens, accessToken: async () => `token-${(asked += 1)}` }
    expect(await handle([live('A'), live('B'), full('C')], { tokens })).toEqual(['done', 'done', 'done'])
    expect(asked).toBe(1)
  })

  it('does not hold up an expired job, which a later tick has planned again', async () => {
    await die()
    now = monday.opensAt + 33 * MINUTE
    expect(await handle([live('A')], { tokens: deadTokens })).toEqual(['superseded'])
  })

  /** The function as SQS calls it, and in what order it parked and answered. */
  const invoke = async (batch: readonly FetchJob[], over: Partial<FetchDeps>) => {
    const parking = memoryParking()
    const order: string[] = []
    const handler = sqsHandler(
      FetchJob,
      fetchCandles,
      () => ({
        ...fetcher(over),
        source: jobs.source,
        parking: { ...parking, park: async (message) => (await parking.park(message), void order.push('parked')) },
        countParked: (outageId: string, count: number) => store.countParked(outageId, count),
      }),
      () => undefined,
    )
    const records = batch.map((job, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body: encodeFetchJob(job),
      attributes: {},
      messageAttributes: {},
    }))
    const context = { getRemainingTimeInMillis: () => 30_000 } as unknown as Context
    const answer = (await handler({ Records: records } as unknown as SQSEvent, context)) as unknown as {
      batchItemFailures: readonly unknown[]
    }
    return { parked: parking.messages(), order: [...order, 'answered'], failed: answer.batchItemFailures.length }
  }

  it('has its jobs parked before they are acknowledged, and counted with their outage (invariant 4)', async () => {
    const { outage } = await die()
    const { parked, order, failed } = await invoke([live('A'), full('B')], { tokens: deadTokens })
    expect(order).toEqual(['parked', 'parked', 'answered'])
    expect(failed).toBe(0)
    expect(parked).toMatchObject([
      { body: encodeFetchJob(live('A')), outageId: 'outage-1', secretVersion: 'v1' },
      { body: encodeFetchJob(full('B')) },
    ])
    expect(await store.outage(outage.id)).toMatchObject({ parked: 2 })
  })

  it('parks nothing while the database does not answer: the jobs stay in their queue', async () => {
    const budget = { ...store, beginFetch: () => Promise.reject(new StoreUnavailable('down')) }
    const { parked, failed } = await invoke([live('A'), full('B')], { budget, tokens: deadTokens })
    expect([parked, failed]).toEqual([[], 2])
  })
})

describe('an unknown symbol', () => {
  it('is noted against its ticker once, and not against its neighbours', async () => {
    expect(await handle([live('NONE'), live('A'), full('NONE')])).toEqual(['superseded', 'done', 'superseded'])
    expect(fieldsOf('data_refused')).toMatchObject([{ kind: 'unknown_symbol', ticker: 'NONE' }])
    expect(published().map(({ ticker }) => ticker)).toEqual(['A'])
    expect(await store.verdicts(['NONE', 'A'])).toMatchObject([{ kind: 'unknown_symbol', ticker: 'NONE', count: 1, firstAt: now }])
  })

  it('is tried again later when it cannot be noted', async () => {
    const verdicts = { noteRefusals: () => Promise.reject(new StoreUnavailable('down')) }
    expect(await handle([live('NONE')], { verdicts })).toEqual(['STORE_UNAVAILABLE'])
  })
})

describe('a request that Schwab takes for wrong', () => {
  const rejected = new RequestRejected('400')
  beforeEach(() => {
    now = tuesday.closesAt + HOUR
    schwab.failNext(rejected)
  })

  it('is superseded when it is for one session: the sweep asks again, and the dead letters stay empty', async () => {
    expect(await handle([full('A')])).toEqual(['superseded'])
    expect(fieldsOf('request_rejected')).toMatchObject([{ ticker: 'A', kind: 'backfill', dates: [monday.date] }])
    expect([published(), askedAgain()]).toEqual([[], []])
    expect(await store.verdicts(['A'])).toMatchObject([{ kind: 'refused_request', ticker: 'A', date: monday.date, count: 1 }])
  })

  it('is asked again session by session when it is for several: a closed day among them costs no other', async () => {
    expect(await handle([full('A', [monday, tuesday])])).toEqual(['superseded'])
    expect(askedAgain()).toMatchObject([{ sessions: [monday] }, { sessions: [tuesday] }])
  })

  it('is superseded when it is live', async () => {
    now = monday.opensAt + 30 * MINUTE
    expect(await handle([live('A'), live('B')])).toEqual(['superseded', 'done'])
    expect(askedAgain()).toEqual([])
  })
})

describe('an outage of Schwab', () => {
  it.each([
    ['429', new RateLimited('429', { retryAfterSeconds: 17 })],
    ['500', new SchwabUnavailable('500')],
  ])('fails the job that met a %s with its own fate, and no other', async (_name, error) => {
    schwab.failNext(error)
    const log = () => undefined
    const [first, second] = fetchCandles([live('A'), live('B')], fetcher(), { signal: new AbortController().signal, log })
    await expect(first).rejects.toBe(error)
    expect(await second).toBe('done')
    expect(error).toMatchObject({ fate: 'retry' })
  })

  it('never counts as an unknown symbol', async () => {
    schwab.failNext(new SchwabUnavailable('404 plain text'))
    await handle([live('A')])
    expect(await store.verdicts(['A'])).toEqual([])
  })
})

describe('an answer over several sessions', () => {
  beforeEach(() => {
    now = tuesday.closesAt + HOUR
  })
  const raw = (all: ReturnType<typeof bars>) => all.map(({ at, ...rest }) => ({ ...rest, datetime: at }))

  it('speaks for all of them when each begins at its open', async () => {
    schwab.put('A', bars(tuesday))
    await handle([full('A', [monday, tuesday])])
    expect(published()).toMatchObject([{ sessions: [monday, tuesday] }])
    expect(published()[0]?.candles).toHaveLength(780)
    expect(askedAgain()).toEqual([])
  })

  it('asks again for a session that came empty, and vouches only for the other (invariant 1)', async () => {
    schwab.answerNext('A', raw(bars(tuesday)))
    expect(await handle([full('A', [monday, tuesday])])).toEqual(['done'])
    expect(askedAgain()).toEqual([{ ...full('A'), plannedAt: now }])
    expect(published()).toMatchObject([{ sessions: [tuesday] }])
  })

  it('asks again for a session that began late, and keeps the bars that came', async () => {
    schwab.answerNext('A', raw([...bars(monday, 100), ...bars(tuesday)]))
    await handle([full('A', [monday, tuesday])])
    expect(askedAgain()).toMatchObject([{ sessions: [monday] }])
    expect(published()).toMatchObject([{ sessions: [tuesday] }])
    expect(published()[0]?.candles).toHaveLength(290 + 390)
  })

  it('publishes nothing when it is wholly empty, and asks for each session alone', async () => {
    schwab.answerNext('A', [])
    expect(await handle([full('A', [monday, tuesday])])).toEqual(['done'])
    expect(askedAgain()).toMatchObject([{ sessions: [monday] }, { sessions: [tuesday] }])
    expect(candles.sends).toEqual([])
  })

  it('takes the end of an open session for no cut', async () => {
    now = tuesday.opensAt + 3 * HOUR
    schwab.put('A', bars(tuesday))
    const to = tuesday.opensAt + 3 * HOUR
    await handle([{ ...full('A', [monday, tuesday]), to }])
    expect(askedAgain()).toEqual([])
    expect(published()).toMatchObject([{ sessions: [monday, tuesday], to }])
  })

  it('believes the session that was asked for alone, however late it begins', async () => {
    schwab.answerNext('A', raw(bars(monday, 300)))
    await handle([full('A')])
    expect(askedAgain()).toEqual([])
    expect(published()).toMatchObject([{ sessions: [monday] }])
  })
})

describe('the candles queue', () => {
  it('fails exactly the job whose answer it refused (invariant 4)', async () => {
    candles.refuseNext(1)
    expect(await handle([live('A'), live('B'), live('C')])).toEqual(['done', 'AWS_UNAVAILABLE', 'done'])
  })

  it('fails every job that has an answer when it is out of reach, and none that has nothing to publish', async () => {
    schwab.answerNext('A', [])
    const queue = { send: () => Promise.reject(new AwsUnavailable('down')) }
    expect(await handle([live('A'), live('B'), live('C')], { candles: queue })).toEqual(['done', 'AWS_UNAVAILABLE', 'AWS_UNAVAILABLE'])
  })

  it('is matched to its job also when another job has no answer to publish', async () => {
    schwab.answerNext('A', [])
    candles.refuseNext(1)
    expect(await handle([live('A'), live('B'), live('C')])).toEqual(['done', 'done', 'AWS_UNAVAILABLE'])
  })
})

describe('the trace id of a job', () => {
  it('is handed to the call, and stays with the sessions that are asked again', async () => {
    const traced: unknown[] = []
    const marketData: MarketData = {
      priceHistory: (ticker, window, token, call) => (traced.push(call.traceId), schwab.priceHistory(ticker, window, token, call)),
    }
    schwab.answerNext('A', [])
    const job = { ...full('A'), sessions: [monday, tuesday], to: tuesday.closesAt, traceId: 'trace-1' }
    now = tuesday.closesAt + HOUR
    await handle([job], { marketData })
    expect(traced).toEqual(['trace-1'])
    expect(jobs.taken.map((body) => FetchJob.parse(JSON.parse(body)).traceId)).toEqual(['trace-1', 'trace-1'])
    expect(fieldsOf('sessions_asked_again')).toMatchObject([{ traceId: 'trace-1' }])
  })
})

describe('a call that hangs', () => {
  /** Answers A only when told to give up, as the adapter does at its own time-out or when the invocation's time is up. */
  const hanging = (): MarketData => ({
    priceHistory: (ticker, window, token, call) =>
      ticker !== 'A'
        ? schwab.priceHistory(ticker, window, token, call)
        : new Promise((_resolve, reject) => {
            call.signal.addEventListener('abort', () => reject(new SchwabUnavailable('given up')))
          }),
  })

  it('keeps its neighbours waiting until it is given up, since answers go out together; then only it fails', async () => {
    const controller = new AbortController()
    const outcomes = handle([live('A'), live('B')], { marketData: hanging() }, controller.signal)
    const first = await Promise.race([outcomes, new Promise((resolve) => setImmediate(resolve, 'waiting'))])
    expect([first, candles.sends]).toEqual(['waiting', []])
    controller.abort()
    expect(await outcomes).toEqual(['SCHWAB_UNAVAILABLE', 'done'])
    expect(published().map(({ ticker }) => ticker)).toEqual(['B'])
  })
})
