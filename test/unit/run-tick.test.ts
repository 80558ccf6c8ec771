import { beforeEach, describe, expect, it } from 'vitest'
import { runTick } from '../../functions/scheduler/run-tick.ts'
import type { RunTickDeps } from '../../functions/scheduler/tick-deps.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { AwsUnavailable, StoreUnavailable, TokenUnreadable } from '../../shared/domain/errors.ts'
import { EVENTS } from '../../shared/domain/events.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { bars, fullRead, liveRead, monday, sessionOn, tuesday } from '../contract/store-setup.ts'
import { memoryEventBus } from '../fakes/memory-event-bus.ts'
import { memoryQueue, type MemoryQueue } from '../fakes/memory-queues.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'

const calendar = marketCalendar({ onlySessions: [monday.date, tuesday.date] })
const onMonday = (time: string): number => newYorkInstant(monday.date, time)
const onTuesday = (time: string): number => newYorkInstant(tuesday.date, time)

let store: MemoryStore
let jobs: MemoryQueue
let candles: MemoryQueue
let events: ReturnType<typeof memoryEventBus>
let current: string
let logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[]

beforeEach(() => {
  store = memoryStore()
  jobs = memoryQueue()
  candles = memoryQueue()
  events = memoryEventBus()
  current = 'v1'
  logged = []
})

const tick = (now: number, over: Partial<RunTickDeps> = {}) =>
  runTick({
    clock: () => now,
    calendar,
    config: { tickers: ['QQQ', 'SPY'], requestsPerMinute: 120, backfillPerMinute: 20, overlapMinutes: 3, horizonDays: 5 },
    book: store,
    tokens: store,
    notices: store,
    secret: { currentVersionId: async () => current },
    events,
    jobs: jobs.jobs,
    candles: candles.candles,
    queues: { depths: async () => ({ jobs: { visible: 1, inFlight: 2, delayed: 3 } }) },
    board: store,
    newTraceId: () => 'trace',
    log: (event, fields) => void logged.push({ event, fields }),
    ...over,
  })
const planned = (): readonly FetchJob[] => jobs.taken.map((body) => FetchJob.parse(JSON.parse(body)))
const fieldsOf = (event: LogEvent) => logged.findLast((entry) => entry.event === event)?.fields
const eventsOf = (): readonly LogEvent[] => logged.map(({ event }) => event)
const followed = (ticker: string, minutes: number) => store.ingest([liveRead(ticker, monday, bars(monday, 0, minutes))], onMonday('10:00'))

describe('a tick in session', () => {
  it('enqueues one live window for each ticker, ending with the minute', async () => {
    const now = onMonday('10:00') + 1_234
    expect(await tick(now)).toEqual({ live: 2, full: 0, recomputes: 0, nextDueAt: toIso(onMonday('10:01')) })
    expect(planned()).toMatchObject([
      { kind: 'live', ticker: 'QQQ', from: monday.opensAt, to: onMonday('10:00'), traceId: 'trace' },
      { kind: 'live', ticker: 'SPY', from: monday.opensAt, to: onMonday('10:00') },
    ])
  })

  // It said to have nothing to do for an hour: a stack that skips idle minutes missed the beginning of the session.
  it('comes again in the next minute after one at the very open', async () => {
    expect(await tick(monday.opensAt)).toMatchObject({ live: 0, nextDueAt: toIso(onMonday('09:31')) })
  })

  it('does nothing when another invocation has the minute', async () => {
    await tick(onMonday('10:00'))
    const before = jobs.taken.length
    logged = []
    expect(await tick(onMonday('10:00') + 30_000)).toEqual({ live: 0, full: 0, recomputes: 0, nextDueAt: toIso(onMonday('10:01')) })
    expect(jobs.taken).toHaveLength(before)
    expect(eventsOf()).toEqual(['market_hours_check', 'tick_already_taken'])
  })

  it('plans again at the next tick what the queue did not take (invariant 4)', async () => {
    jobs.refuseNext(0)
    await tick(onMonday('10:00'))
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY'])
    expect(fieldsOf('jobs_enqueued')).toMatchObject({ count: 1 })
    expect(fieldsOf('jobs_not_enqueued')).toMatchObject({ count: 1 })
    await tick(onMonday('10:01'))
    expect(planned().filter(({ ticker }) => ticker === 'QQQ')).toMatchObject([{ from: monday.opensAt, to: onMonday('10:01') }])
  })

  it('leaves a ticker out that was refused just now, and asks for it again a minute later', async () => {
    await store.noteRefusals([{ kind: 'unknown_symbol', ticker: 'QQQ' }], onMonday('10:00') + 5_000)
    await tick(onMonday('10:00'))
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY'])
    await tick(onMonday('10:01'))
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY', 'QQQ', 'SPY'])
  })

  it('gives the turn of a refused ticker to the others where there are more tickers than calls', async () => {
    await store.noteRefusals([{ kind: 'unknown_symbol', ticker: 'QQQ' }], onMonday('09:00'))
    await store.noteRefusals([{ kind: 'unknown_symbol', ticker: 'QQQ' }], onMonday('10:00'))
    const config = { tickers: ['QQQ', 'SPY'], requestsPerMinute: 2, backfillPerMinute: 1, overlapMinutes: 3, horizonDays: 5 }
    await tick(onMonday('10:00'), { config })
    await tick(onMonday('10:01'), { config })
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY', 'SPY'])
  })
})

/** The session before, of which the ticker's rhythm is known. */
const friday = sessionOn('2026-01-02')

describe('a tick after the close', () => {
  it('claims the sessions before it enqueues their reads, so that a crash in between plans nothing twice', async () => {
    const queue = { send: () => Promise.reject(new Error('crash')) }
    await expect(tick(onMonday('16:30'), { jobs: queue })).rejects.toThrow('crash')
    expect(await tick(onMonday('16:31'))).toMatchObject({ full: 0, nextDueAt: toIso(onMonday('16:40')) })
  })

  it('plans them again when the claim ends (invariant 4)', async () => {
    jobs.refuseNext(0, 1)
    expect(await tick(onMonday('16:30'))).toMatchObject({ full: 2, nextDueAt: toIso(onMonday('16:40')) })
    expect(planned()).toEqual([])
    await tick(onMonday('16:39'))
    expect(planned()).toEqual([])
    await tick(onMonday('16:40'))
    expect(planned().map(({ kind, ticker }) => [kind, ticker])).toEqual([
      ['backfill', 'QQQ'],
      ['backfill', 'SPY'],
    ])
  })

  it('enqueues nothing and makes no call of the queue when nothing is due', async () => {
    expect(await tick(onMonday('16:10'))).toEqual({ live: 0, full: 0, recomputes: 0, nextDueAt: toIso(onMonday('16:30')) })
    expect(jobs.sends).toEqual([])
    expect(eventsOf()).not.toContain('jobs_enqueued')
  })

  it('wakes within the hour, though the next session is a night away', async () => {
    const days = [monday, tuesday]
    for (const session of days) {
      const reads = ['QQQ', 'SPY'].map((ticker) => fullRead(ticker, [session], bars(session)))
      await store.ingest(reads, session.closesAt + HOUR)
      await store.ingest(
        reads.map((read) => ({ ...read, fetchedAt: read.fetchedAt + HOUR })),
        session.closesAt + 2 * HOUR,
      )
    }
    const settled = fullRead('QQQ', [monday], bars(monday), onTuesday('08:00'))
    await store.ingest([settled, { ...settled, ticker: 'SPY' }], settled.fetchedAt)
    await store.putIndicators([
      { ticker: 'QQQ', revision: 2, rows: [] },
      { ticker: 'SPY', revision: 2, rows: [] },
    ])
    const now = onTuesday('19:00')
    expect(await tick(now)).toEqual({ live: 0, full: 0, recomputes: 0, nextDueAt: toIso(now + HOUR) })
  })
})

describe('the morning read', () => {
  beforeEach(async () => {
    for (const hours of [1, 2]) {
      await store.ingest(
        ['QQQ', 'SPY'].map((ticker) => fullRead(ticker, [monday], bars(monday), monday.closesAt + hours * HOUR)),
        0,
      )
    }
  })

  it('reads the last sessions of each ticker again two hours before the open, in one request', async () => {
    expect(await tick(onTuesday('07:29'))).toMatchObject({ full: 0, nextDueAt: toIso(onTuesday('07:30')) })
    expect(await tick(onTuesday('07:30'))).toMatchObject({ full: 2 })
    expect(planned()).toMatchObject(
      ['QQQ', 'SPY'].map((ticker) => ({ kind: 'audit', ticker, sessions: [{ date: monday.date, complete: true }] })),
    )
  })

  it('is done later when it was not done by the open', async () => {
    expect(await tick(onTuesday('11:00'))).toMatchObject({ live: 2, full: 2 })
  })

  it('is not repeated', async () => {
    await store.ingest([fullRead('QQQ', [monday], bars(monday), onTuesday('07:31'))], 0)
    expect(await tick(onTuesday('07:45'))).toMatchObject({ full: 1 })
    expect(planned()).toMatchObject([{ ticker: 'SPY' }])
  })
})

describe('a ticker whose indicators were left behind', () => {
  it('gets a recompute once five minutes have passed, and again at each tick until it is done (invariant 2)', async () => {
    await followed('QQQ', 30)
    expect(await tick(onMonday('10:05'))).toMatchObject({ recomputes: 0 })
    expect(candles.taken).toEqual([])
    expect(await tick(onMonday('10:06'))).toMatchObject({ recomputes: 1 })
    expect(candles.taken.map((body) => CandleBatch.parse(JSON.parse(body)))).toMatchObject([
      { kind: 'recompute', ticker: 'QQQ', sessions: [], candles: [], fetchedAt: onMonday('10:06') },
    ])
    expect(await tick(onMonday('17:00'))).toMatchObject({ recomputes: 1, nextDueAt: toIso(onMonday('17:01')) })
  })
})

describe('freshness', () => {
  const freshnessAt = async (now: number): Promise<unknown> => {
    await tick(now)
    return fieldsOf('freshness_published')?.['freshnessSeconds']
  }

  it('is 0 before the open, after the close and on a closed day', async () => {
    expect(await freshnessAt(onMonday('09:29'))).toBe(0)
    expect(await freshnessAt(onMonday('16:00'))).toBe(0)
    expect(await freshnessAt(newYorkInstant('2026-01-10', '12:00'))).toBe(0)
  })

  it('grows from the open while no candle comes, not from the last session', async () => {
    await store.ingest([fullRead('QQQ', [monday], bars(monday))], monday.closesAt + HOUR)
    expect(await freshnessAt(onTuesday('09:30'))).toBe(0)
    expect(await freshnessAt(onTuesday('09:37'))).toBe(7 * 60)
  })

  it('is the age of the newest candle in session', async () => {
    await followed('QQQ', 20)
    await followed('SPY', 25)
    expect(await freshnessAt(onMonday('09:55'))).toBe(0)
    expect(await freshnessAt(onMonday('10:15'))).toBe(20 * 60)
  })

  it('is not published by a tick that failed: the missing datapoint is the alarm', async () => {
    const book = { ...store, beginTick: () => Promise.reject(new Error('database is down')) }
    await expect(tick(onMonday('10:00'), { book })).rejects.toThrow('database is down')
    expect(eventsOf()).not.toContain('freshness_published')
  })

  it('is published even when the queue took nothing', async () => {
    jobs.refuseNext(0, 1)
    await store.ingest([fullRead('QQQ', [friday], bars(friday))], friday.closesAt + HOUR)
    expect(await freshnessAt(monday.opensAt + 3 * MINUTE)).toBe(180)
  })
})

describe('the missing minutes', () => {
  const missingAt = async (now: number): Promise<unknown> => {
    logged = []
    await tick(now)
    return fieldsOf('missing_minutes_published')?.['count']
  }

  it('are published every minute, in session and outside', async () => {
    await followed('QQQ', 30)
    expect(await missingAt(onMonday('09:29'))).toBe(0)
    expect(await missingAt(onMonday('10:02'))).toBe(30)
    expect(await missingAt(onMonday('10:03'))).toBe(1 + 31)
    expect(await missingAt(newYorkInstant('2026-01-10', '12:00'))).toBe(360 + 390 + 2 * 390)
  })

  it('are published also while the token is dead', async () => {
    await die(onMonday('09:40'))
    expect(await missingAt(onMonday('10:02'))).toBe(60)
  })

  it('leave out tickers that are set aside', async () => {
    await store.noteRefusals([{ kind: 'unknown_symbol', ticker: 'QQQ' }], onMonday('10:00'))
    await store.putVerdicts([{ change: 'decide', kind: 'unknown_symbol', ticker: 'QQQ' }], onMonday('10:00'))
    expect(await missingAt(onMonday('10:02'))).toBe(30)
  })
})

describe('the trace id of a tick', () => {
  it('is logged with its jobs, those that were not taken, and its recomputes', async () => {
    await followed('QQQ', 30)
    jobs.refuseNext(0)
    await tick(onMonday('10:06'))
    for (const event of ['jobs_enqueued', 'jobs_not_enqueued', 'recomputes_enqueued'] as const)
      expect(fieldsOf(event)).toMatchObject({ count: 1, traceId: 'trace' })
  })
})

describe('a standstill of the feed', () => {
  const stale = () => events.published.filter(({ type }) => type === 'FeedStale')

  it('is told once when no candle has come for more than five minutes of a session', async () => {
    await followed('QQQ', 20)
    await tick(onMonday('09:55'))
    expect(stale()).toEqual([])
    await tick(onMonday('09:56'))
    await tick(onMonday('09:57'))
    const detail = {
      since: toIso(onMonday('09:50')),
      sinceText: 'Monday, January 5, 09:50 New York time',
      freshnessSeconds: 360,
      tickerCount: 2,
    }
    expect(stale()).toEqual([{ type: 'FeedStale', detail }])
    expect(EVENTS.FeedStale.safeParse(detail).success).toBe(true)
    expect(fieldsOf('feed_stale')).toMatchObject({ freshnessSeconds: 360 })
  })

  it('is told again when the feed stands still another time', async () => {
    await store.ingest([fullRead('QQQ', [friday], bars(friday))], friday.closesAt + HOUR)
    await tick(onMonday('09:36'))
    await followed('QQQ', 20)
    await tick(onMonday('09:56'))
    expect(stale()).toMatchObject([{ detail: { since: toIso(monday.opensAt) } }, { detail: { since: toIso(onMonday('09:50')) } }])
  })

  it('is told at the next minute when the bus was down', async () => {
    const down = { publish: () => Promise.reject(new AwsUnavailable('down')) }
    await tick(onMonday('10:00'), { events: down })
    expect(planned()).toHaveLength(2)
    await tick(onMonday('10:01'))
    await tick(onMonday('10:02'))
    expect(stale()).toHaveLength(1)
  })

  it('is no news while a person is asked to log in, nor in the minutes after the login', async () => {
    await followed('QQQ', 20)
    await die(onMonday('09:50'))
    await tick(onMonday('11:00'))
    await login(onMonday('11:00') + 20_000)
    await tick(onMonday('11:01'))
    await tick(onMonday('11:05'))
    expect(stale()).toEqual([])
    await tick(onMonday('11:06'))
    expect(stale()).toHaveLength(1)
  })

  it('does not exist outside of sessions', async () => {
    await tick(onMonday('17:00'))
    expect(stale()).toEqual([])
  })
})

const die = (now: number) => store.markDead({ version: current, reason: 'reauth_required', now })
/** A login that ends the open outage, of which people have heard. */
const login = async (now: number, { announced = true } = {}) => {
  current = `${current}+`
  const { ended } = await store.recordProven({
    version: current,
    how: 'login',
    now,
    loggedInAt: now,
    accessExpiresAt: now + HOUR,
    refreshExpiresAt: now + 7 * 24 * HOUR,
  })
  if (ended !== undefined && announced) await store.markPublished(`reauth-required:${ended.id}`, now)
}

describe('a tick while the token is dead', () => {
  it('plans nothing and tells the freshness, minute by minute in session', async () => {
    await followed('QQQ', 20)
    await die(onMonday('09:50'))
    expect(await tick(onMonday('10:00'))).toMatchObject({ live: 0, full: 0, nextDueAt: toIso(onMonday('10:01')) })
    expect(jobs.sends).toEqual([])
    expect(fieldsOf('freshness_published')).toEqual({ freshnessSeconds: 600, ageSeconds: 600, inSession: true })
  })

  it('is next due at the first full minute of a session, and within the hour', async () => {
    await die(onMonday('10:00'))
    expect(await tick(onMonday('18:00'))).toMatchObject({ full: 0, nextDueAt: toIso(onMonday('19:00')) })
    expect(await tick(onTuesday('09:10'))).toMatchObject({ nextDueAt: toIso(onTuesday('09:31')) })
  })

  it('still has indicators computed that were left behind', async () => {
    await followed('QQQ', 20)
    await die(onMonday('10:00'))
    expect(await tick(onMonday('10:10'))).toMatchObject({ live: 0, recomputes: 1 })
  })

  it('plans as ever when another version of the secret has become current', async () => {
    await die(onMonday('09:50'))
    current = 'put-by-hand'
    expect(await tick(onMonday('10:00'))).toMatchObject({ live: 2 })
  })

  it.each([
    ['is not readable', new TokenUnreadable('gone')],
    ['is out of reach', new AwsUnavailable('down')],
  ])('takes a secret that %s for dead', async (_name, error) => {
    await die(onMonday('09:50'))
    const secret = { currentVersionId: () => Promise.reject(error) }
    expect(await tick(onMonday('10:00'), { secret })).toMatchObject({ live: 0 })
    expect(eventsOf()).toContain('freshness_published')
  })

  it('does not look at the secret while no outage is open', async () => {
    const secret = { currentVersionId: () => Promise.reject(new Error('not needed')) }
    expect(await tick(onMonday('10:00'), { secret })).toMatchObject({ live: 2 })
    await die(onMonday('10:00'))
    await login(onMonday('10:05'))
    expect(await tick(onMonday('10:06'), { secret })).toMatchObject({ live: 2 })
  })
})

describe('an outage that is over', () => {
  const restored = () => events.published.filter(({ type }) => type === 'FeedRestored')
  const followAll = (minutes: number) => Promise.all(['QQQ', 'SPY'].map((ticker) => followed(ticker, minutes)))
  /** Two agreeing reads of a closed session. */
  const complete = async (session = monday, tickers = ['QQQ', 'SPY']) => {
    for (const fetchedAt of [session.closesAt + HOUR, session.closesAt + 2 * HOUR])
      await store.ingest(
        tickers.map((ticker) => fullRead(ticker, [session], bars(session), fetchedAt)),
        fetchedAt,
      )
  }
  /** The writer has computed all indicators. */
  const computed = () => store.putIndicators([...store.tickers].map(([ticker, { revision }]) => ({ ticker, revision, rows: [] })))
  beforeEach(async () => {
    await followAll(30)
    await computed()
    await die(onMonday('10:00'))
  })

  it('is told restored once nothing is missing, with what was filled in (invariant 3)', async () => {
    await login(onMonday('12:00') + 10_000)
    await tick(onMonday('12:01'))
    expect(restored()).toEqual([])
    await followAll(151)
    await tick(onMonday('12:02'))
    const detail = {
      outageId: 'outage-1',
      since: toIso(onMonday('10:00')),
      sinceText: 'Monday, January 5, 10:00 New York time',
      restoredAt: toIso(onMonday('12:02')),
      missing: 0,
      backfilled: 2 * 121,
      setAside: [],
      unfetchable: 0,
    }
    expect(restored()).toEqual([{ type: 'FeedRestored', detail }])
    expect(EVENTS.FeedRestored.safeParse(detail).success).toBe(true)
    expect(store.outages()).toMatchObject([{ restoredAt: onMonday('12:02') }])
    await tick(onMonday('12:03'))
    expect(restored()).toHaveLength(1)
    expect(fieldsOf('feed_restored')).toMatchObject({ outageId: 'outage-1' })
  })

  // FeedRestored said "missing: 0", and ten sessions that were older than the horizon had never been read.
  it('fetches the sessions of an outage that are older than the horizon, and waits for them', async () => {
    await complete()
    const later = onMonday('16:00') + 30 * 24 * HOUR
    await login(later - HOUR)
    const config = { tickers: ['QQQ'], requestsPerMinute: 120, backfillPerMinute: 20, overlapMinutes: 3, horizonDays: 5 }
    expect(await tick(later, { config })).toMatchObject({ full: 1 })
    expect(planned().at(-1)?.sessions).toMatchObject([{ date: monday.date, complete: true }, { date: tuesday.date }])
    expect(restored()).toEqual([])
    await complete(tuesday, ['QQQ'])
    await tick(later + HOUR, { config })
    expect(restored()).toMatchObject([{ detail: { unfetchable: 0 } }])
    expect(await tick(later + 2 * HOUR, { config })).toMatchObject({ full: 0 })
  })

  it('says how many sessions are out of Schwab’s reach', async () => {
    await login(onMonday('12:00'))
    await tick(onTuesday('16:00') + 100 * 24 * HOUR)
    expect(restored()).toMatchObject([{ detail: { unfetchable: 4 } }])
  })

  it('waits for every ticker', async () => {
    await login(onMonday('12:00'))
    await followed('QQQ', 151)
    await tick(onMonday('12:02'))
    expect(restored()).toEqual([])
  })

  it('waits until each closed session was proven, though nobody asks between two sweeps', async () => {
    await login(onMonday('20:00'))
    expect(await tick(onMonday('20:01'))).toMatchObject({ full: 2, nextDueAt: toIso(onMonday('20:11')) })
    await complete()
    await tick(onMonday('20:11'))
    expect(restored()).toHaveLength(1)
  })

  it('waits for the second of two agreeing reads', async () => {
    await login(onMonday('20:00'))
    const read = (fetchedAt: number) =>
      store.ingest(
        ['QQQ', 'SPY'].map((ticker) => fullRead(ticker, [monday], bars(monday), fetchedAt)),
        fetchedAt,
      )
    await read(onMonday('20:01'))
    await tick(onMonday('20:02'))
    expect(restored()).toEqual([])
    await read(onMonday('21:01'))
    await tick(onMonday('21:02'))
    expect(restored()).toHaveLength(1)
  })

  it('is looked at every minute of a session, and every ten minutes else', async () => {
    await login(onMonday('16:00'))
    await store.claimSessions(
      [
        { ticker: 'QQQ', session: monday },
        { ticker: 'SPY', session: monday },
      ],
      onTuesday('09:00'),
    )
    expect(await tick(onMonday('18:00'))).toMatchObject({ nextDueAt: toIso(onMonday('18:10')) })
    expect(await tick(onTuesday('09:40'))).toMatchObject({ nextDueAt: toIso(onTuesday('09:41')) })
  })

  it('is not told while the token is dead again, and then with the later one, oldest first', async () => {
    await login(onMonday('11:00'))
    await die(onMonday('11:05'))
    await complete()
    await tick(onMonday('20:00'))
    expect(restored()).toEqual([])
    await login(onMonday('20:10'))
    await tick(onMonday('20:11'))
    expect(restored()).toMatchObject([{ detail: { outageId: 'outage-1' } }, { detail: { outageId: 'outage-2' } }])
    expect(store.look().outages).toEqual([])
  })

  // The bus was down throughout the outage and came back with this tick: people heard of the end, and of the beginning never.
  it('is not told restored before it was announced', async () => {
    await login(onMonday('11:00'), { announced: false })
    await complete()
    await computed()
    expect(await tick(onMonday('20:00'))).toMatchObject({ nextDueAt: toIso(onMonday('20:10')) })
    expect(restored()).toEqual([])
    await store.markPublished('reauth-required:outage-1', onMonday('20:01'))
    await tick(onMonday('20:10'))
    expect(restored()).toHaveLength(1)
  })

  it('is told at a later minute when the bus was down', async () => {
    await login(onMonday('11:00'))
    await complete()
    await computed()
    const down = { publish: () => Promise.reject(new AwsUnavailable('down')) }
    expect(await tick(onMonday('20:00'), { events: down })).toMatchObject({ nextDueAt: toIso(onMonday('20:10')) })
    expect(store.look().outages).toHaveLength(1)
    await tick(onMonday('20:10'))
    expect(restored()).toHaveLength(1)
  })

  it('is told once also by a crash before it is marked', async () => {
    await login(onMonday('11:00'))
    await complete()
    const tokens = { ...store, markRestored: () => Promise.reject(new StoreUnavailable('down')) }
    await tick(onMonday('20:00'), { tokens })
    await tick(onMonday('20:10'))
    expect(restored()).toHaveLength(1)
    expect(store.look().outages).toEqual([])
  })

  it('does not wait for sessions that closed before it', async () => {
    await login(onTuesday('09:00'))
    await complete()
    await die(onTuesday('09:10'))
    await login(onTuesday('09:20'))
    await tick(onTuesday('09:21'), {
      tokens: {
        ...store,
        recovery: async (input) => (expect(input.sessions).toEqual(input.outageId === 'outage-1' ? [monday] : []), store.recovery(input)),
      },
    })
    expect(restored()).toHaveLength(2)
  })

  it('does not fail the tick when the database does not say how far it is', async () => {
    await login(onMonday('11:00'))
    const tokens = { ...store, recovery: () => Promise.reject(new StoreUnavailable('down')) }
    expect(await tick(onMonday('11:01'), { tokens })).toMatchObject({ live: 2 })
  })
})

describe('what a tick tells the dashboard', () => {
  it('is one line for the minute with what was planned, what is missing and what waits', async () => {
    await followed('QQQ', 20)
    await tick(onMonday('10:00') + 1_234)
    expect(store.lines.get(onMonday('10:00'))).toEqual({
      inSession: true,
      freshnessSeconds: 600,
      missing: 36,
      liveJobs: 2,
      fullJobs: 0,
      queues: { jobs: { visible: 1, inFlight: 2, delayed: 3 } },
    })
  })

  it('names the tickers, the sessions of the horizon and the next open', async () => {
    await tick(onMonday('20:00'))
    expect(store.lines.get(onMonday('20:00'))).toMatchObject({ inSession: false, freshnessSeconds: 0 })
    expect(store.schedule()).toEqual({ tickers: ['QQQ', 'SPY'], sessions: [monday], nextOpensAt: tuesday.opensAt, cadenceMinutes: 1 })
  })

  it('is told also while the token is dead', async () => {
    await store.markDead({ version: 'v1', reason: 'reauth_required', now: onMonday('09:45') })
    await tick(onMonday('10:00'))
    expect(store.lines.get(onMonday('10:00'))).toMatchObject({ liveJobs: 0, fullJobs: 0, missing: 56 })
  })

  it('does not fail the tick when the database does not take it', async () => {
    const board = { recordMinute: () => Promise.reject(new StoreUnavailable('down')) }
    expect(await tick(onMonday('10:00'), { board })).toMatchObject({ live: 2 })
    expect(eventsOf()).toContain('minute_not_recorded')
  })

  it('fails the tick by a bug', async () => {
    const board = { recordMinute: () => Promise.reject(new TypeError('a bug')) }
    await expect(tick(onMonday('10:00'), { board })).rejects.toThrow('a bug')
  })
})
