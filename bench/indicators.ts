/** The indicators alone, without a database: on what a visit computes, and on a year. */
import { sessionsBetween } from '../shared/domain/calendar.ts'
import { computeIndicators } from '../shared/domain/indicators.ts'
import type { Candle } from '../shared/domain/candle.ts'
import { MINUTE } from '../shared/domain/time.ts'
import type { Benchmark } from './benchmark.ts'
import { byPlainLoops } from './indicators/by-plain-loops.ts'
import { byTechnicalindicators } from './indicators/by-technicalindicators.ts'
import { byTradingSignals } from './indicators/by-trading-signals.ts'
import { median } from './measure/percentile.ts'
import type { Row } from './measure/row.ts'
import { calendar, marketOf, sessionOn } from './stack/market.ts'

type Compute = (bars: readonly Candle[]) => unknown

const TODAY = sessionOn('2026-05-12')
const TICKER = 'QQQ'

/** Together they take turns, so that a machine whose speed drifts is unfair to nobody. */
const SIZES = [
  { name: 'a visit', past: 1, turns: 200 },
  { name: 'a year', past: 250, turns: 3 },
] as const

export const indicators: Benchmark = (context) => {
  const bars = marketOf([TICKER])
  return Promise.resolve(
    SIZES.flatMap(({ name, past, turns }) => {
      context.say(`indicators: ${name}`)
      const year = sessionsBetween(calendar, TODAY.opensAt - 400 * 24 * 60 * MINUTE, TODAY.opensAt - MINUTE).slice(-past)
      const history = year.flatMap(({ opensAt, closesAt }) => bars.bars(TICKER, opensAt, closesAt))
      const candles = [...history, ...bars.bars(TICKER, TODAY.opensAt, TODAY.opensAt + 195 * MINUTE)]
      // A visit wants the newest bar's values, a year those of every bar. Both have to look at all the bars.
      const from = past === 1 ? (candles.at(-1)?.at ?? 0) : 0
      return rowsOf(name, candles, turns, (all) => computeIndicators(all, from))
    }),
  )
}

const rowsOf = (name: string, candles: readonly Candle[], turns: number, ours: Compute): readonly Row[] => {
  const others: Readonly<Record<string, Compute>> = {
    'technicalindicators alone': byTechnicalindicators,
    'trading-signals': byTradingSignals,
    'plain loops': byPlainLoops,
  }
  const all = [ours, ...Object.values(others)]
  const times = all.map((): number[] => [])
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, compute] of all.entries()) {
      const startedAt = performance.now()
      compute(candles)
      times[index]?.push(performance.now() - startedAt)
    }
  }
  const rates = times.map((own) => (candles.length * 1000) / median(own))
  return Object.keys(others).map((against, index) => ({
    benchmark: 'indicators',
    what: `candles of ${name} (${candles.length.toLocaleString('en-US')})`,
    unit: 'per second',
    better: 'more',
    ours: rates[0],
    other: rates[index + 1],
    against,
  }))
}
