import type { Candle } from '../candle.ts'
import type { Series } from './series.ts'

/** Volume-weighted average of the typical price (H + L + C) / 3 since the first of `bars`, null while no share has traded. */
export const vwap = (bars: readonly Pick<Candle, 'high' | 'low' | 'close' | 'volume'>[]): Series => {
  let turnover = 0
  let volume = 0
  return bars.map((bar) => {
    turnover += ((bar.high + bar.low + bar.close) / 3) * bar.volume
    volume += bar.volume
    return volume === 0 ? null : turnover / volume
  })
}
