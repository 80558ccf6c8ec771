import type { Candle } from '../../../shared/domain/candle.ts'

/** The bar as it is told before its minute is fully counted: fewer trades, a close on the way. Never equal to the bar. */
export const provisional = (bar: Candle): Candle => {
  const close = roundToCent((bar.open + bar.close) / 2)
  return {
    ...bar,
    close,
    high: Math.max(bar.open, close, roundToCent(bar.high - (bar.high - Math.max(bar.open, bar.close)) / 2)),
    low: Math.min(bar.open, close, roundToCent(bar.low + (Math.min(bar.open, bar.close) - bar.low) / 2)),
    volume: bar.volume > 1 ? Math.floor(bar.volume * 0.7) : bar.volume + 1,
  }
}

/** The bar before trades were corrected in it: another close and volume. Never equal to the bar. */
export const uncorrected = (bar: Candle): Candle => {
  const close = roundToCent(bar.close * 1.001) + 0.01
  return { ...bar, close, high: Math.max(bar.high, close), volume: bar.volume + Math.ceil(bar.volume * 0.05) + 1 }
}

const roundToCent = (price: number): number => Math.round(price * 100) / 100
