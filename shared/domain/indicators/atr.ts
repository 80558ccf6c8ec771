import type { Candle } from '../candle.ts'
import type { Series } from './series.ts'

/**
 * Wilder's average true range in the unit of the price. The first bar has no previous close and so no true range:
 * null for the first `period` bars, then the mean of `period` true ranges, smoothed from there.
 * Not from the library, whose generators took several times as long.
 */
export const atr = (bars: readonly Pick<Candle, 'high' | 'low' | 'close'>[], period: number): Series => {
  let sum = 0
  let average = 0
  return bars.map(({ high, low }, index) => {
    const before = bars[index - 1]?.close
    if (before === undefined) return null
    const range = Math.max(high, before) - Math.min(low, before)
    if (index > period) {
      average += (range - average) / period
      return average
    }
    sum += range
    if (index < period) return null
    average = sum / period
    return average
  })
}
