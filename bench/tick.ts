/** A minute in the midst of a session: from the tick of the scheduler until the last row is committed, through the local stack. */
import { join } from 'node:path'
import type { CandleSource } from '../local/schwab/bar-source.ts'
import { MINUTE } from '../shared/domain/time.ts'
import type { BenchContext, Benchmark } from './benchmark.ts'
import { mean, percentile } from './measure/percentile.ts'
import type { Row } from './measure/row.ts'
import { runOldDesign, type OldDesignMinute } from './old-design/run-old-design.ts'
import { OLD_DESIGN_FUNCTION } from './old-design/write-rows.ts'
import { makeDatabase } from './stack/database.ts'
import type { StackReport, Tick } from './stack/job.ts'
import { marketOf, sessionOn, tickersOf } from './stack/market.ts'
import { UNLIMITED } from './stack/pipeline-file.ts'
import { runMeasuredStack } from './stack/run-stack-process.ts'
import { seed } from './stack/seed.ts'

const YESTERDAY = sessionOn('2026-05-11')
const TODAY = sessionOn('2026-05-12')
/** The middle of the session, 12:45. */
const NOON = TODAY.opensAt + 195 * MINUTE
const WARM_UP = 5

/** Fewer ticks where each is dear; the old design's minutes are all alike. */
const SIZES = [
  { tickers: 10, ticks: 40, oldMinutes: 5 },
  { tickers: 100, ticks: 25, oldMinutes: 3 },
  { tickers: 500, ticks: 10, oldMinutes: 1 },
] as const

export const tick: Benchmark = async (context) => {
  const rows: Row[] = []
  for (const size of SIZES) {
    const tickers = tickersOf(size.tickers)
    context.say(`tick: ${size.tickers} tickers, ${size.ticks} minutes`)
    const bars = marketOf(tickers)
    const ours = await runOurs(context, tickers, bars, size.ticks)
    context.say(`tick: ${size.tickers} tickers, the old design`)
    const old = await runOld(context, tickers, bars, size.oldMinutes)
    rows.push(...rowsOf(size.tickers, ours, old))
  }
  return rows
}

const runOurs = async (
  { dir, shared }: BenchContext,
  tickers: readonly string[],
  bars: CandleSource,
  ticks: number,
): Promise<StackReport> => {
  const data = join(dir, `tick-${tickers.length}`)
  const from = NOON - (WARM_UP + Math.floor(ticks / 2)) * MINUTE
  await makeDatabase(shared, join(data, 'supabase'), (db) =>
    seed(db, { tickers, bars, complete: [YESTERDAY], open: { session: TODAY, until: from - MINUTE } }),
  )
  const limits = { ...UNLIMITED, horizonDays: 1 }
  return runMeasuredStack({ data, startsAt: from, warmUp: WARM_UP, ticks, untilComplete: false, sampleEvery: 0, tickers, limits }, 240)
}

const runOld = async (
  { dir, shared }: BenchContext,
  tickers: readonly string[],
  bars: CandleSource,
  minutes: number,
): Promise<readonly OldDesignMinute[]> => {
  const data = join(dir, `old-${tickers.length}`)
  await makeDatabase(shared, join(data, 'supabase'), async (db) => {
    await db.exec(OLD_DESIGN_FUNCTION)
    await seed(db, { tickers, bars, complete: [YESTERDAY], open: { session: TODAY, until: NOON - MINUTE } })
  })
  return runOldDesign({ dir: data, tickers, bars, session: TODAY, from: NOON - MINUTE, minutes })
}

const rowsOf = (
  tickers: number,
  { ticks, cpuSeconds, peakBytes, largestBytes }: StackReport,
  old: readonly OldDesignMinute[],
): readonly Row[] => {
  const waits = ticks.flatMap(({ startedMs, visibleMs }) => (visibleMs === undefined ? [] : [visibleMs - startedMs]))
  const oldWaits = old.map(({ ms }) => ms)
  const perTick = (of: (tick: Tick) => number): number => mean(ticks.map(of))
  const perMinute = (of: (minute: OldDesignMinute) => number): number => mean(old.map(of))
  const isGoal = tickers === 100
  const line = (what: string, rest: Omit<Row, 'benchmark' | 'what' | 'better'>): Row => ({
    benchmark: 'tick',
    what: `${tickers} tickers: ${what}`,
    better: 'less',
    ...rest,
  })
  const ratioGoal = isGoal ? { goal: { of: 'ratio', is: 'at least', value: 50 } as const } : {}
  return [
    line('tick to last row, p50', { unit: 'ms', ours: percentile(waits, 50), other: percentile(oldWaits, 50) }),
    line('tick to last row, p99', {
      unit: 'ms',
      ours: percentile(waits, 99),
      other: percentile(oldWaits, 99),
      ...(isGoal && { goal: { of: 'ours', is: 'at most', value: 2000 } }),
    }),
    line('requests to Schwab', { unit: 'count', ours: perTick(requests), other: perMinute(({ requests }) => requests) }),
    line('bytes from Schwab', {
      unit: 'bytes',
      ours: perTick(({ schwabBytes }) => schwabBytes),
      other: perMinute(({ bytes }) => bytes),
      ...ratioGoal,
    }),
    line('rows written', {
      unit: 'count',
      ours: perTick(({ candleRows, indicatorRows }) => candleRows + indicatorRows),
      other: perMinute(({ rows }) => rows),
      ...ratioGoal,
    }),
    line('SQS calls', { unit: 'count', ours: perTick(sqsCalls) }),
    line('CPU of the functions', {
      unit: 's',
      ours: cpuSeconds === undefined ? undefined : cpuSeconds / ticks.length,
      other: perMinute(({ cpuSeconds }) => cpuSeconds),
    }),
    line('peak memory of one process', { unit: 'bytes', ours: largestBytes, other: Math.max(...old.map(({ peakBytes }) => peakBytes)) }),
    line('peak memory of all processes', { unit: 'bytes', ours: peakBytes, other: Math.max(...old.map(({ peakBytes }) => peakBytes)) }),
  ]
}

const requests = ({ calls }: Tick): number => calls['schwab pricehistory'] ?? 0

/** What the functions send, and for each batch the receive and the delete that Lambda makes. */
const sqsCalls = ({ calls, invocations }: Tick): number => {
  const sent = Object.entries(calls).reduce((sum, [name, count]) => sum + (name.startsWith('sqs ') ? count : 0), 0)
  return sent + 2 * ((invocations['fetcher'] ?? 0) + (invocations['writer'] ?? 0))
}
