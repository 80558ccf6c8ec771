import { beforeEach, describe, expect, it } from 'vitest'
import { runTick, type RunTickDeps } from '../../functions/scheduler/run-tick.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { bars, fullRead, liveRead, monday, tuesday } from '../contract/store-setup.ts'
import { memoryQueue, type MemoryQueue } from '../fakes/memory-queues.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'

const calendar = marketCalendar({ onlySessions: [monday.date, tuesday.date] })
const onMonday = (time: string): number => newYorkInstant(monday.date, time)
const onTuesday = (time: string): number => newYorkInstant(tuesday.date, time)

let store: MemoryStore
let jobs: MemoryQueue
let candles: MemoryQueue
let logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[]

beforeEach(() => {
  store = memoryStore()
  jobs = memoryQueue()
  candles = memoryQueue()
  logged = []
})

const tick = (now: number, over: Partial<RunTickDeps> = {}) =>
  runTick({
    clock: () => now,
    calendar,
    config: { tickers: ['QQQ', 'SPY'], requestsPerMinute: 120, backfillPerMinute: 20, overlapMinutes: 3, horizonDays: 5 },
    book: store,
    jobs: jobs.jobs,
    candles: candles.candles,
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

  it('leaves quarantined tickers out until their quarantine ends', async () => {
    await store.quarantine('QQQ', onMonday('10:01'))
    await tick(onMonday('10:00'))
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY'])
    await tick(onMonday('10:01'))
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY', 'QQQ', 'SPY'])
  })

  it('gives the turn of a quarantined ticker to the others where there are more tickers than calls', async () => {
    await store.quarantine('QQQ', monday.closesAt)
    const config = { tickers: ['QQQ', 'SPY'], requestsPerMinute: 2, backfillPerMinute: 1, overlapMinutes: 3, horizonDays: 5 }
    await tick(onMonday('10:00'), { config })
    await tick(onMonday('10:01'), { config })
    expect(planned().map(({ ticker }) => ticker)).toEqual(['SPY', 'SPY'])
  })
})

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
    await store.putIndicators([
      { ticker: 'QQQ', revision: 2, rows: [] },
      { ticker: 'SPY', revision: 2, rows: [] },
    ])
    const now = onTuesday('19:00')
    expect(await tick(now)).toEqual({ live: 0, full: 0, recomputes: 0, nextDueAt: toIso(now + HOUR) })
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
    expect(await freshnessAt(monday.opensAt + 3 * MINUTE)).toBe(180)
  })
})
