import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChangedBars, ChartSessions } from '../../dashboard/data/chart-rows.ts'
import { CoverageDays, CoverageSums } from '../../dashboard/data/coverage-rows.ts'
import { EventRows, OutageRows } from '../../dashboard/data/outage-rows.ts'
import { MinuteLines } from '../../dashboard/data/minute-rows.ts'
import { Statuses } from '../../dashboard/data/status-rows.ts'
import { Sparklines, TickerRows } from '../../dashboard/data/ticker-rows.ts'
import type { RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import type { MinuteLine } from '../../shared/ports.ts'
import { clientAt, KEYS, startEmbedded, storeAt } from './store-embedded.ts'
import { bar, bars, fullRead, indicators, liveRead, monday, tuesday, type Store } from './store-setup.ts'

describe('what the browser’s key reads', () => {
  let supabase: RunningSupabase
  let store: Store
  beforeAll(async () => {
    supabase = await startEmbedded()
    store = storeAt(supabase.url)
    const odd = [{ ...bar(monday.opensAt), close: 100.1 + 0.2, volume: 0 }, ...bars(monday, 2, 10)]
    await store.ingest([fullRead('QQQ', [monday], odd), fullRead('SPY', [monday], bars(monday, 0, 390))], monday.closesAt)
    await store.ingest([liveRead('QQQ', tuesday, bars(tuesday, 0, 3)), liveRead('BRK/B', tuesday, bars(tuesday, 0, 7))], tuesday.opensAt)
    await store.putIndicators([
      { ticker: 'QQQ', revision: 2, rows: [{ ...indicators(monday.opensAt, 1), sma9: 0.1 + 0.2, vwap: 1 / 3, cross: -1 }] },
    ])
  })
  afterAll(() => supabase.stop())

  const rows = async (table: string, columns = '*') => {
    const { data, error } = await clientAt(supabase.url, KEYS.publishable).from(table).select(columns)
    if (error !== null) throw new Error(error.message)
    return data
  }

  it('is a session with its bars in order, each number as it was stored', async () => {
    const { data } = await clientAt(supabase.url, KEYS.publishable).rpc('chart_sessions', { p_ticker: 'QQQ', p_count: 30 })
    const sessions = ChartSessions.parse(data)
    const found = sessions.find(({ ticker, date }) => ticker === 'QQQ' && date === monday.date)
    expect(found).toMatchObject({
      opensAt: monday.opensAt,
      closesAt: monday.closesAt,
      candles: 9,
      isComplete: false,
      isRead: true,
      previousClose: undefined,
    })
    expect(found?.bars.map(({ time }) => (time - monday.opensAt) / MINUTE)).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(found?.bars[0]).toMatchObject({ close: 100.1 + 0.2, volume: 0, sma9: 0.1 + 0.2, vwap: 1 / 3, cross: -1 })
    expect(found?.bars[1]).toMatchObject({ sma9: undefined, cross: undefined })
    expect(found?.revision).toBe(2)
    const next = sessions.find(({ ticker, date }) => ticker === 'QQQ' && date === tuesday.date)
    expect(next?.previousClose).toBe(found?.bars.at(-1)?.close)
  })

  it('is only what has changed since, by the time it was read or by its revision', async () => {
    const asked = async (filter: string) =>
      ChangedBars.parse(
        (
          await clientAt(supabase.url, KEYS.publishable)
            .from('chart_bars')
            .select('bar,updated_at,revision')
            .eq('ticker', 'QQQ')
            .gte('timestamp', toIso(monday.opensAt))
            .lt('timestamp', toIso(monday.closesAt))
            .or(filter)
        ).data,
      )
    expect(await asked('updated_at.gt.2030-01-01T00:00:00Z,revision.gt.2')).toEqual([])
    expect((await asked('updated_at.gt.2030-01-01T00:00:00Z,revision.gt.1')).map(({ bar }) => bar.time)).toEqual([monday.opensAt])
    expect(await asked('updated_at.gt.2020-01-01T00:00:00Z,revision.gt.2')).toHaveLength(9)
  })

  it('is each ticker once, with its newest session and the close before it', async () => {
    const board = TickerRows.parse(await rows('ticker_board'))
    expect(board.map(({ ticker, date }) => [ticker, date])).toEqual([
      ['BRK/B', tuesday.date],
      ['QQQ', tuesday.date],
      ['SPY', monday.date],
    ])
    const [, qqq, spy] = board
    expect(qqq).toMatchObject({ lastAt: tuesday.opensAt + 2 * MINUTE, coveredUntil: tuesday.opensAt + 3 * MINUTE, previousClose: 100.5 })
    expect(spy).toMatchObject({ lastAt: monday.closesAt - MINUTE, previousClose: undefined })
  })

  it('is a session in a point for every five minutes', async () => {
    const lines = Sparklines.parse(await rows('ticker_sparklines'))
    const spy = lines.find(({ ticker }) => ticker === 'SPY')
    expect(spy?.points).toHaveLength(78)
    expect(spy?.points[0]?.[0]).toBe(monday.opensAt + 4 * MINUTE)
    expect(spy?.points.at(-1)?.[0]).toBe(monday.closesAt - MINUTE)
  })

  it('is a day over all tickers, and sums that tell whether it has changed', async () => {
    const days = CoverageDays.parse(await rows('coverage_days'))
    expect(days.find(({ date }) => date === monday.date)?.cells).toEqual([
      { ticker: 'QQQ', candles: 9, isComplete: false, isRead: true, coveredUntil: monday.opensAt + 10 * MINUTE, unreadable: 0 },
      { ticker: 'SPY', candles: 390, isComplete: false, isRead: true, coveredUntil: monday.closesAt, unreadable: 0 },
    ])
    expect(CoverageSums.parse(await rows('coverage_days', 'session_date,tickers,complete,candles,audits'))).toContainEqual({
      session_date: monday.date,
      tickers: 2,
      complete: 0,
      candles: 399,
      audits: 2,
    })
  })

  const line = (over: Partial<MinuteLine> = {}): MinuteLine => ({
    inSession: true,
    freshnessSeconds: 60,
    missing: 5,
    liveJobs: 2,
    fullJobs: 1,
    queues: { jobs: { visible: 1, inFlight: 2, delayed: 3 } },
    ...over,
  })
  const schedule = { tickers: ['QQQ', 'BRK/B'], sessions: [monday, tuesday], nextOpensAt: undefined, cadenceMinutes: 5 }

  it('is a line for each minute with what flowed since the one before, written once', async () => {
    const minute = tuesday.opensAt + 10 * MINUTE
    await store.beginFetch({ now: minute + 5_000, live: 3, backfill: 1, perMinute: 10, backfillPerMinute: 2 })
    await store.recordMinute({ minute, line: line(), schedule })
    await store.ingest([liveRead('SPY', tuesday, bars(tuesday, 0, 4))], minute)
    await store.recordMinute({ minute: minute + MINUTE, line: line({ queues: {} }), schedule })
    await store.recordMinute({ minute: minute + MINUTE, line: line({ missing: 99 }), schedule })
    const lines = MinuteLines.parse(await rows('pipeline_minutes')).toSorted((a, b) => a.minute - b.minute)
    expect(lines).toEqual([
      { ...line(), minute, calls: 0, stored: 0 },
      { ...line({ queues: {} }), minute: minute + MINUTE, calls: 4, stored: 4 },
    ])
  })

  it('is eight days of minutes', async () => {
    await store.recordMinute({ minute: tuesday.opensAt - 9 * 24 * 60 * MINUTE, line: line(), schedule })
    await store.recordMinute({ minute: tuesday.opensAt + 12 * MINUTE, line: line(), schedule })
    expect(MinuteLines.parse(await rows('pipeline_minutes'))).toHaveLength(3)
  })

  it('is what the scheduler works for and how the token is', async () => {
    const alive = { state: 'alive', accessExpiresAt: toIso(monday.opensAt), refreshExpiresAt: null }
    await store.putStatus('token', alive, monday.opensAt)
    expect(Statuses.parse(await rows('pipeline_status'))).toEqual({
      schedule,
      token: { state: 'alive', accessExpiresAt: monday.opensAt, refreshExpiresAt: undefined, reportedAt: monday.opensAt },
    })
  })

  it('is what was published, and not what was passed over', async () => {
    const at = tuesday.opensAt
    await store.claimNotice('ticker-unknown:XYZ:2026-01-06', at, at + MINUTE)
    await store.markPublished('ticker-unknown:XYZ:2026-01-06', at)
    await store.markPublished('ticker-unknown:XYZ:2026-01-06', at + MINUTE)
    await store.markPublished('token-expiring:17:48', at)
    expect(EventRows.parse(await rows('pipeline_events'))).toEqual([{ at, kind: 'ticker-unknown', subject: 'XYZ' }])
  })

  it('is every outage with what it cost', async () => {
    await store.markDead({ version: 'v1', reason: 'reauth_required', now: tuesday.opensAt })
    expect(OutageRows.parse(await rows('outages'))).toMatchObject([
      { reason: 'reauth_required', startedAt: tuesday.opensAt, restoredAt: undefined, parked: 0, missing: undefined },
    ])
  })
})
