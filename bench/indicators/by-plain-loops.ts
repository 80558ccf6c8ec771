import type { Candle } from '../../shared/domain/candle.ts'

/**
 * All indicators in one pass over all bars, each carried on from the bar before: as little work as it can be. Not the same values: an
 * average that never ends depends on where it began, and the VWAP never begins anew.
 */
export const byPlainLoops = (bars: readonly Candle[]): unknown => {
  const closes = bars.map(({ close }) => close)
  const fast = exponential(12)
  const slow = exponential(26)
  const signal = exponential(9)
  const gains = wilder(14)
  const losses = wilder(14)
  const ranges = wilder(14)
  let turnover = 0
  let volume = 0
  return bars.map((bar, i) => {
    const before = closes[i - 1] ?? bar.close
    turnover += ((bar.high + bar.low + bar.close) / 3) * bar.volume
    volume += bar.volume
    const macd = fast(bar.close) - slow(bar.close)
    const change = bar.close - before
    const { mean, deviation } = spread(closes, i, 20)
    return {
      at: bar.at,
      sma9: spread(closes, i, 9).mean,
      vwap: turnover / volume,
      macd,
      signal: signal(macd),
      rsi: 100 - 100 / (1 + gains(Math.max(change, 0)) / losses(Math.max(-change, 0))),
      upper: mean + 2 * deviation,
      lower: mean - 2 * deviation,
      atr: ranges(Math.max(bar.high, before) - Math.min(bar.low, before)),
    }
  })
}

/** Carries an average on by a weight, from the mean of its first values. */
const smoothed = (period: number, weight: number): ((value: number) => number) => {
  let seen = 0
  let average = 0
  return (value) => {
    seen++
    average += seen <= period ? value / period : (value - average) * weight
    return seen < period ? NaN : average
  }
}

const exponential = (period: number) => smoothed(period, 2 / (period + 1))
const wilder = (period: number) => smoothed(period, 1 / period)

/** Of the last `period` values up to `last`. */
const spread = (values: readonly number[], last: number, period: number): { readonly mean: number; readonly deviation: number } => {
  let sum = 0
  let squares = 0
  for (let i = last - period + 1; i <= last; i++) sum += values[i] ?? NaN
  const mean = sum / period
  for (let i = last - period + 1; i <= last; i++) squares += ((values[i] ?? NaN) - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / period) }
}
