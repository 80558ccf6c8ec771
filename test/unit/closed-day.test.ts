import { describe, expect, it } from 'vitest'
import { fetchCandles } from '../../functions/fetcher/fetch-candles.ts'
import { runTick } from '../../functions/scheduler/run-tick.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { RequestRejected } from '../../shared/domain/errors.ts'
import { FetchJob } from '../../shared/domain/messages.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { MarketData } from '../../shared/ports.ts'
import { monday, tuesday } from '../contract/store-setup.ts'
import { memoryEventBus } from '../fakes/memory-event-bus.ts'
import { memoryQueue } from '../fakes/memory-queues.ts'
import { memoryStore } from '../fakes/memory-store.ts'

const TICKERS = ['AAPL', 'MSFT', 'PPLT', 'QQQ', 'SPY']

describe('a day that the calendar takes for open and Schwab refuses', () => {
  // It cost 408 calls on that day and 144 a day for each ticker afterwards, and FeedRestored waited for it for a month.
  it('costs at most thirty calls over five tickers, and is read as closed on the third date', async () => {
    const store = memoryStore()
    const events = memoryEventBus()
    const calendar = marketCalendar({ onlySessions: [monday.date] })
    let now = monday.opensAt
    let calls = 0
    const log = (): void => undefined
    const marketData: MarketData = {
      priceHistory: async () => {
        calls++
        throw new RequestRejected('400')
      },
    }
    const candles = memoryQueue()
    const limits = { requestsPerMinute: 120, backfillPerMinute: 20 }
    const config = { tickers: TICKERS, ...limits, overlapMinutes: 3, horizonDays: 20 }
    const minute = async (): Promise<void> => {
      const jobs = memoryQueue()
      const shared = { clock: () => now, jobs: jobs.jobs, candles: candles.candles, log }
      const told = { book: store, tokens: store, notices: store, board: store, events, queues: { depths: async () => ({}) } }
      const secret = { currentVersionId: async () => 'v1' }
      await runTick({ ...shared, ...told, calendar, config, secret, newTraceId: () => 'trace' })
      const planned = jobs.taken.map((body) => FetchJob.parse(JSON.parse(body)))
      const tokens = { accessToken: async () => 'token', replaceRefused: async () => 'token' }
      const deps = {
        ...shared,
        limits,
        budget: store,
        verdicts: store,
        tokens,
        marketData,
        pause: () => new Promise<void>(() => undefined),
      }
      now += 5_000
      await Promise.all(fetchCandles(planned, deps, { signal: new AbortController().signal, log }))
      now += MINUTE - 5_000
    }
    while (now < monday.opensAt + 72 * HOUR && events.published.every(({ type }) => type !== 'DayReadAsClosed')) await minute()
    expect(events.published.filter(({ type }) => type !== 'FeedStale')).toEqual([
      { type: 'DayReadAsClosed', detail: { date: monday.date, line: `  - ${monday.date}` } },
    ])
    expect(calls).toBeGreaterThan(10)
    expect(calls).toBeLessThanOrEqual(30)
    expect(now).toBeGreaterThan(tuesday.closesAt)
    const before = calls
    for (let more = 0; more < 180; more++) await minute()
    expect(calls).toBe(before)
    expect((await store.verdicts(TICKERS)).every(({ toldAt }) => toldAt !== undefined)).toBe(true)
    expect(TICKERS.every((ticker) => store.state.completed(ticker, monday.date))).toBe(true)
  })
})
