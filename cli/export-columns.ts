import { toIso } from '../shared/domain/time.ts'
import type { StoredBar } from './reader.ts'

/** The columns, in this order for ever: programs read them by place. */
export const COLUMNS = [
  'ticker',
  'timestamp',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'sma9',
  'vwap',
  'ema12',
  'ema26',
  'macd',
  'macd_signal',
  'macd_histogram',
  'rsi14',
  'bb_upper',
  'bb_middle',
  'bb_lower',
  'atr14',
  'cross',
] as const

type Row = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>

/** One bar as it is exported. `timestamp` is its open in UTC, without the milliseconds that are always 0. */
export const exportRow = (ticker: string, { candle, indicators: values }: StoredBar): Row => ({
  ticker,
  timestamp: toIso(candle.at).replace('.000Z', 'Z'),
  open: candle.open,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  volume: candle.volume,
  sma9: values?.sma9 ?? null,
  vwap: values?.vwap ?? null,
  ema12: values?.ema12 ?? null,
  ema26: values?.ema26 ?? null,
  macd: values?.macd ?? null,
  macd_signal: values?.macdSignal ?? null,
  macd_histogram: values?.macdHistogram ?? null,
  rsi14: values?.rsi14 ?? null,
  bb_upper: values?.bbUpper ?? null,
  bb_middle: values?.bbMiddle ?? null,
  bb_lower: values?.bbLower ?? null,
  atr14: values?.atr14 ?? null,
  cross: values?.cross ?? null,
})

/** A line of CSV. No value needs quotes: a ticker has neither comma nor quotation mark. JavaScript's own text of a number gives the same double back. */
export const csvLine = (row: Row): string => COLUMNS.map((column) => row[column] ?? '').join(',')
