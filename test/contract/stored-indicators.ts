import * as z from 'zod'
import type { Indicators } from './store-setup.ts'

const Value = z.number().nullable()
const Row = z.object({
  timestamp: z.string(),
  sma9: Value,
  vwap: Value,
  ema12: Value,
  ema26: Value,
  macd: Value,
  macd_signal: Value,
  macd_histogram: Value,
  rsi14: Value,
  bb_upper: Value,
  bb_middle: Value,
  bb_lower: Value,
  atr14: Value,
  cross: z.literal([-1, 0, 1]),
})

/** A row of the table `indicators` as JSON. */
export const toIndicators = (json: unknown): Indicators => {
  const row = Row.parse(json)
  return {
    at: Date.parse(row.timestamp),
    sma9: row.sma9,
    vwap: row.vwap,
    ema12: row.ema12,
    ema26: row.ema26,
    macd: row.macd,
    macdSignal: row.macd_signal,
    macdHistogram: row.macd_histogram,
    rsi14: row.rsi14,
    bbUpper: row.bb_upper,
    bbMiddle: row.bb_middle,
    bbLower: row.bb_lower,
    atr14: row.atr14,
    cross: row.cross,
  }
}
