import { SMA } from 'technicalindicators'
import { alignToEnd, type Series } from './series.ts'

/** Simple moving average: the mean of the last `period` values, null before there are so many. */
export const sma = (values: readonly number[], period: number): Series =>
  alignToEnd(SMA.calculate({ period, values: [...values] }), values.length)

/**
 * Exponential moving average with weight 2 / (period + 1), seeded by the mean of the first `period` values, null before.
 * Not from the library: there a seed of exactly 0 counts as none, and the signal line may start at 0.
 */
export const ema = (values: readonly number[], period: number): Series => {
  if (values.length < period) return values.map(() => null)
  const weight = 2 / (period + 1)
  let average = values.slice(0, period).reduce((sum, value) => sum + value, 0) / period
  return values.map((value, index) => {
    if (index < period - 1) return null
    if (index >= period) average += (value - average) * weight
    return average
  })
}
