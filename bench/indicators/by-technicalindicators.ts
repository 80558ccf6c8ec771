import { ATR, BollingerBands, EMA, MACD, RSI, SMA, VWAP } from 'technicalindicators'
import type { Candle } from '../../shared/domain/candle.ts'

/** All indicators by that library alone. Not the same values: its RSI is rounded and its VWAP never begins anew. */
export const byTechnicalindicators = (bars: readonly Candle[]): unknown => {
  const values = bars.map(({ close }) => close)
  const high = bars.map((bar) => bar.high)
  const low = bars.map((bar) => bar.low)
  const volume = bars.map((bar) => bar.volume)
  return [
    SMA.calculate({ period: 9, values }),
    VWAP.calculate({ high, low, close: values, volume }),
    EMA.calculate({ period: 12, values }),
    EMA.calculate({ period: 26, values }),
    MACD.calculate({ fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false, values }),
    RSI.calculate({ period: 14, values }),
    BollingerBands.calculate({ period: 20, stdDev: 2, values }),
    ATR.calculate({ period: 14, high, low, close: values }),
  ]
}
