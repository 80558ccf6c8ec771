import { ATR } from 'technicalindicators'
import type { Candle } from '../candle.ts'
import { alignToEnd, type Series } from './series.ts'

/**
 * Wilder's average true range in the unit of the price. The first bar has no previous close and so no true range:
 * null for the first `period` bars, then the mean of `period` true ranges, smoothed from there.
 */
export const atr = (bars: readonly Pick<Candle, 'high' | 'low' | 'close'>[], period: number): Series =>
  alignToEnd(
    ATR.calculate({
      period,
      high: bars.map((bar) => bar.high),
      low: bars.map((bar) => bar.low),
      close: bars.map((bar) => bar.close),
    }),
    bars.length,
  )
