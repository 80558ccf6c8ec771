/** Many sessions in a row, as fast as the work is done: does anything grow that should not? */
import { join } from 'node:path'
import { sessionsBetween } from '../shared/domain/calendar.ts'
import { HOUR, MINUTE } from '../shared/domain/time.ts'
import type { Benchmark } from './benchmark.ts'
import { mean } from './measure/percentile.ts'
import type { Row } from './measure/row.ts'
import { makeDatabase } from './stack/database.ts'
import type { Sample, StackReport } from './stack/job.ts'
import { calendar, marketOf, sessionOn, tickersOf } from './stack/market.ts'
import { USUAL } from './stack/pipeline-file.ts'
import { runMeasuredStack } from './stack/run-stack-process.ts'

const FIRST = sessionOn('2026-04-13')
/** A month of a hundred tickers takes well over an hour. What is run by default fits into the quarter of an hour of all benchmarks. */
const SHORT = { tickers: 20, sessions: 3, sampleEvery: 10, timeoutSeconds: 420 } as const
const MONTH = { tickers: 100, sessions: 21, sampleEvery: 50, timeoutSeconds: 6 * 3600 } as const
/** The first session: processes start, and their heaps grow to the size that the work needs. */
const WARM_UP = 400
/** The second reads that prove the last session come an hour after the first. */
const AFTERWARDS = 2 * HOUR

export const soak: Benchmark = async ({ dir, shared, full, say }) => {
  const size = full ? MONTH : SHORT
  const tickers = tickersOf(size.tickers)
  const sessions = sessionsBetween(calendar, FIRST.opensAt - HOUR, FIRST.opensAt + 60 * 24 * HOUR).slice(0, size.sessions)
  const last = sessions.at(-1) ?? FIRST
  say(`soak: ${size.tickers} tickers, ${size.sessions} sessions`)
  const data = join(dir, 'soak')
  await makeDatabase(shared, join(data, 'supabase'))
  const startedAt = performance.now()
  const report = await runMeasuredStack(
    {
      data,
      startsAt: FIRST.opensAt - MINUTE,
      warmUp: WARM_UP,
      ticks: 1_000_000,
      until: last.closesAt + AFTERWARDS,
      untilComplete: false,
      sampleEvery: size.sampleEvery,
      tickers,
      limits: { ...USUAL, horizonDays: 2 },
    },
    size.timeoutSeconds,
  )
  const seconds = (performance.now() - startedAt) / 1000
  const bars = marketOf(tickers)
  const candles = tickers.reduce(
    (sum, ticker) => sum + sessions.reduce((own, { opensAt, closesAt }) => own + bars.bars(ticker, opensAt, closesAt).length, 0),
    0,
  )
  return rowsOf(`${size.tickers} tickers, ${size.sessions} sessions`, report, seconds, {
    candles,
    coverage: tickers.length * sessions.length,
  })
}

const rowsOf = (
  name: string,
  { samples, tables, ticks }: StackReport,
  seconds: number,
  expected: { readonly candles: number; readonly coverage: number },
): readonly Row[] => {
  const line = (what: string, rest: Omit<Row, 'benchmark' | 'what' | 'better'>): Row => ({
    benchmark: 'soak',
    what: `${name}: ${what}`,
    better: 'less',
    ...rest,
  })
  const warm = samples.filter(({ tick }) => tick >= WARM_UP)
  const [early, late] = [warm.slice(0, warm.length / 4), warm.slice(-Math.max(1, Math.floor(warm.length / 4)))]
  const flat = { of: 'ratio', is: 'at least', value: 0.9 } as const
  const memory = (what: string, of: (sample: Sample) => number): Row =>
    line(what, { unit: 'bytes', ours: mean(late.map(of)), other: mean(early.map(of)), against: 'first quarter', goal: flat })
  const exactly = (what: string, table: string, wanted: number): Row => {
    const off = Math.abs((tables[table] ?? 0) - wanted)
    return line(what, { unit: 'count', ours: off, goal: { of: 'ours', is: 'at most', value: 0 } })
  }
  const atMost = (what: string, ours: number, value: number): Row =>
    line(what, { unit: 'count', ours, goal: { of: 'ours', is: 'at most', value } })
  return [
    line('time', { unit: 's', ours: seconds }),
    line('a simulated minute', { unit: 'ms', ours: (seconds * 1000) / (ticks.length + WARM_UP) }),
    memory('memory of a function, last quarter', ({ functionBytes, processes }) => functionBytes / Math.max(1, processes)),
    memory('memory of the local stack, last quarter', ({ stackBytes }) => stackBytes),
    atMost(
      'messages in queues, the most in the last quarter',
      Math.max(...late.map(({ queued }) => queued)),
      Math.max(...early.map(({ queued }) => queued)),
    ),
    exactly('candles too many or too few', 'equity_data', expected.candles),
    exactly('indicators too many or too few', 'indicators', expected.candles),
    exactly('rows of coverage too many or too few', 'session_coverage', expected.coverage),
    atMost('ticks remembered', tables['scheduler_ticks'] ?? NaN, 1441),
    atMost('minutes of budget remembered', tables['request_budget'] ?? NaN, 1441),
  ]
}
