/** Seven sessions of a hundred tickers are missing: how many requests and how long until nothing is. */
import { join } from 'node:path'
import { sessionsBetween } from '../shared/domain/calendar.ts'
import type { Session } from '../shared/domain/session.ts'
import { HOUR, MINUTE } from '../shared/domain/time.ts'
import type { BenchContext, Benchmark } from './benchmark.ts'
import { mean } from './measure/percentile.ts'
import type { Row } from './measure/row.ts'
import { makeDatabase } from './stack/database.ts'
import type { Tick } from './stack/job.ts'
import { calendar, marketOf, sessionOn, tickersOf } from './stack/market.ts'
import { UNLIMITED, USUAL, type Limits } from './stack/pipeline-file.ts'
import { runMeasuredStack } from './stack/run-stack-process.ts'
import { seed } from './stack/seed.ts'

const TICKERS = tickersOf(100)
const SESSIONS = 7
const LAST = sessionOn('2026-05-12')
/** The last close is over, and with it all that is live. Nine days back lie seven sessions. */
const STARTS_AT = LAST.closesAt + HOUR
const HORIZON_DAYS = 9
/** One for each minute of each session and ticker, as a design parks them that fetches minute by minute. */
const PARKED = TICKERS.length * SESSIONS * 390
const SAMPLE_TICKS = 10

export const recovery: Benchmark = async (context) => {
  context.say('recovery: 7 sessions of 100 tickers, as fast as it goes')
  const fast = await recover(context, 'fast', { ...UNLIMITED, backfillPerMinute: 500, horizonDays: HORIZON_DAYS })
  context.say('recovery: the same with 120 requests a minute')
  const paced = await recover(context, 'paced', { ...USUAL, horizonDays: HORIZON_DAYS })
  context.say('recovery: a sample of jobs replayed one by one')
  const jobMs = await replayedJobMs(context)
  const line = (what: string, rest: Omit<Row, 'benchmark' | 'what' | 'better' | 'against'>): Row => ({
    benchmark: 'recovery',
    what,
    better: 'less',
    against: 'replay one by one',
    ...rest,
  })
  const ofJobs = USUAL.requestsPerMinute - 1
  return [
    line('requests until all is proven complete', {
      unit: 'count',
      ours: fast.requests,
      other: PARKED,
      goal: { of: 'ours', is: 'at most', value: 200 },
    }),
    line('requests until every candle is stored', { unit: 'count', ours: fast.untilStored.requests, other: PARKED }),
    line('work until every candle is stored', {
      unit: 's',
      ours: fast.untilStored.workSeconds,
      other: (PARKED * jobMs) / 1000,
      goal: { of: 'ours', is: 'at most', value: 60 },
    }),
    line('work until all is proven complete', { unit: 's', ours: fast.workSeconds, other: (PARKED * jobMs) / 1000 }),
    line('at 120 requests a minute: until every candle is stored', {
      unit: 'min',
      ours: paced.untilStored.simulatedMinutes,
      other: PARKED / ofJobs,
    }),
    line('at 120 requests a minute: until all is proven complete', { unit: 'min', ours: paced.simulatedMinutes, other: PARKED / ofJobs }),
  ]
}

type Until = { readonly requests: number; readonly workSeconds: number; readonly simulatedMinutes: number }

const recover = async ({ dir, shared }: BenchContext, name: string, limits: Limits): Promise<Until & { readonly untilStored: Until }> => {
  const data = join(dir, name)
  await makeDatabase(shared, join(data, 'supabase'))
  const job = { data, startsAt: STARTS_AT, warmUp: 0, ticks: 3000, untilComplete: true, sampleEvery: 0, tickers: TICKERS, limits }
  const { ticks } = await runMeasuredStack(job, 240)
  const expected = expectedCandles()
  const after = ticks.findIndex(({ stored = 0 }) => stored >= expected)
  if (after < 0) throw new Error(`the recovery (${name}) ended with ${expected - (ticks.at(-1)?.stored ?? 0)} candles missing`)
  return { ...untilNow(ticks), untilStored: untilNow(ticks.slice(0, after)) }
}

/** What Schwab has of the missing sessions. */
const expectedCandles = (): number => {
  const bars = marketOf(TICKERS)
  const first = LAST.closesAt + HOUR - HORIZON_DAYS * 24 * HOUR
  const sessions = sessionsBetween(calendar, first, LAST.closesAt)
  const count = (ticker: string, { opensAt, closesAt }: Session): number => bars.bars(ticker, opensAt, closesAt).length
  return TICKERS.reduce((sum, ticker) => sum + sessions.reduce((own, session) => own + count(ticker, session), 0), 0)
}

/** What was done in these ticks. Only time in which something was done counts as work. */
const untilNow = (ticks: readonly Tick[]): Until => ({
  requests: ticks.reduce((sum, { calls }) => sum + (calls['schwab pricehistory'] ?? 0), 0),
  workSeconds: ticks.reduce((sum, { startedMs, visibleMs }) => sum + (visibleMs === undefined ? 0 : visibleMs - startedMs), 0) / 1000,
  simulatedMinutes: ((ticks.at(-1)?.at ?? NaN) - (ticks[0]?.at ?? NaN)) / MINUTE + 1,
})

/** What one job of one minute costs when it is fetched and written by itself, milliseconds: live ticks are nothing else. */
const replayedJobMs = async ({ dir, shared }: BenchContext): Promise<number> => {
  const data = join(dir, 'replay')
  const from = LAST.opensAt + HOUR
  const bars = marketOf(TICKERS)
  await makeDatabase(shared, join(data, 'supabase'), (db) =>
    seed(db, { tickers: TICKERS, bars, complete: [sessionOn('2026-05-11')], open: { session: LAST, until: from - MINUTE } }),
  )
  const job = { data, startsAt: from, warmUp: 3, ticks: SAMPLE_TICKS, untilComplete: false, sampleEvery: 0 }
  const { ticks } = await runMeasuredStack({ ...job, tickers: TICKERS, limits: { ...UNLIMITED, horizonDays: 1 } }, 120)
  return mean(ticks.map(({ startedMs, visibleMs }) => (visibleMs ?? NaN) - startedMs)) / TICKERS.length
}
