import { ATR, BollingerBands, EMA, MACD, RSI, SMA, VWAP, WSMA } from 'trading-signals'
import type { Candle } from '../../shared/domain/candle.ts'

/** All indicators by that library, bar by bar. Not the same values: its averages begin otherwise and its VWAP never begins anew. */
export const byTradingSignals = (bars: readonly Candle[]): unknown => {
  const ofCloses = [new SMA(9), new EMA(12), new EMA(26), new RSI(14, WSMA), new BollingerBands(20, 2)]
  const macd = new MACD(new EMA(12), new EMA(26), new EMA(9))
  const ofCandles = [new ATR(14, WSMA), new VWAP()]
  return bars.map((bar) => [
    ...ofCloses.map((indicator) => indicator.add(bar.close)),
    macd.add(bar.close),
    ...ofCandles.map((indicator) => indicator.add(bar)),
  ])
}
