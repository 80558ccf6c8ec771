import type { Candle } from '../shared/domain/candle.ts'
import type { IndicatorRow } from '../shared/domain/indicators.ts'

/**
 * The indicators of every bar a ticker has, straight from the definitions and with no code of the pipeline: each bar anew from its
 * anchor, by plain loops. Slow on purpose: about a second for a month of minutes.
 */
export const oracleIndicators = (candles: readonly Candle[]): IndicatorRow[] => {
  const dates = candles.map((candle) => newYork.format(candle.at))
  const rows: IndicatorRow[] = []
  for (let i = 0; i < candles.length; i++) {
    const open = dates.indexOf(dates[i]!)
    const session = candles.slice(open, i + 1)
    rows.push(rowOf(candles.slice(anchorOf(dates, open), i + 1), session))
  }
  return rows
}

/** Where two lists of rows first differ by more than 1e-9 (of the value, where that is above 1), in words; undefined if they agree. */
export const firstDisagreement = (actual: readonly IndicatorRow[], expected: readonly IndicatorRow[]): string | undefined => {
  if (actual.length !== expected.length) return `${actual.length} rows instead of ${expected.length}`
  for (let i = 0; i < expected.length; i++) {
    const is = new Map<string, number | null>(Object.entries(actual[i]!))
    for (const [field, value] of Object.entries(expected[i]!)) {
      const found = is.get(field)
      const same =
        typeof found === 'number' && typeof value === 'number'
          ? Math.abs(found - value) <= 1e-9 * Math.max(1, Math.abs(value))
          : found === value
      if (!same) return `bar ${i} (${new Date(expected[i]!.at).toISOString()}): ${field} is ${found}, not ${value}`
    }
  }
  return undefined
}

const newYork = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', year: 'numeric', month: '2-digit', day: '2-digit' })

const anchorOf = (dates: readonly string[], open: number): number => {
  for (let i = open; i >= 0; i--) {
    const startsSession = i === 0 || dates[i] !== dates[i - 1]
    if (startsSession && open - i >= 300) return i
  }
  return 0
}

/** The last bar's row: `bars` from the anchor, `session` from the open. */
const rowOf = (bars: readonly Candle[], session: readonly Candle[]): IndicatorRow => {
  const closes = bars.map((bar) => bar.close)
  const sma9 = mean(closes, 9)
  const vwap = volumeWeighted(session)
  const ema12 = exponential(closes, 12).at(-1)
  const ema26s = exponential(closes, 26)
  const ema26 = ema26s.at(-1)
  const macds = exponential(closes, 12)
    .slice(26 - 12)
    .map((value, k) => value - ema26s[k]!)
  const macd = macds.at(-1)
  const macdSignal = exponential(macds, 9).at(-1)
  const middle = mean(closes, 20)
  const deviation = middle === null ? null : populationDeviation(closes.slice(-20))
  return {
    at: bars.at(-1)!.at,
    sma9,
    vwap,
    ema12: ema12 ?? null,
    ema26: ema26 ?? null,
    macd: macd ?? null,
    macdSignal: macdSignal ?? null,
    macdHistogram: macd === undefined || macdSignal === undefined ? null : macd - macdSignal,
    rsi14: relativeStrength(closes),
    bbUpper: middle === null || deviation === null ? null : middle + 2 * deviation,
    bbMiddle: middle,
    bbLower: middle === null || deviation === null ? null : middle - 2 * deviation,
    atr14: averageRange(bars),
    cross: crossing(closes, session),
  }
}

const total = (values: readonly number[]): number => {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

const mean = (values: readonly number[], n: number): number | null => (values.length < n ? null : total(values.slice(-n)) / n)

const populationDeviation = (values: readonly number[]): number => {
  const average = total(values) / values.length
  return Math.sqrt(total(values.map((value) => (value - average) ** 2)) / values.length)
}

/** From the n-th value on: shorter than the input by n − 1. */
const exponential = (values: readonly number[], n: number): number[] => {
  if (values.length < n) return []
  const alpha = 2 / (n + 1)
  const averages = [total(values.slice(0, n)) / n]
  for (let i = n; i < values.length; i++) averages.push(alpha * values[i]! + (1 - alpha) * averages.at(-1)!)
  return averages
}

const wilder = (values: readonly number[]): number => {
  let average = total(values.slice(0, 14)) / 14
  for (let i = 14; i < values.length; i++) average = (13 * average + values[i]!) / 14
  return average
}

const relativeStrength = (closes: readonly number[]): number | null => {
  if (closes.length < 15) return null
  const gains: number[] = []
  const losses: number[] = []
  for (let i = 1; i < closes.length; i++) {
    const change = closes[i]! - closes[i - 1]!
    gains.push(change > 0 ? change : 0)
    losses.push(change < 0 ? -change : 0)
  }
  const gain = wilder(gains)
  const loss = wilder(losses)
  if (gain === 0 && loss === 0) return 50
  if (loss === 0) return 100
  return (100 * gain) / (gain + loss)
}

const averageRange = (bars: readonly Candle[]): number | null => {
  if (bars.length < 15) return null
  const ranges: number[] = []
  for (let i = 1; i < bars.length; i++) {
    const { high, low } = bars[i]!
    const before = bars[i - 1]!.close
    ranges.push(Math.max(high, before) - Math.min(low, before))
  }
  return wilder(ranges)
}

const volumeWeighted = (bars: readonly Candle[]): number | null => {
  const volume = total(bars.map((bar) => bar.volume))
  return volume === 0 ? null : total(bars.map((bar) => ((bar.high + bar.low + bar.close) * bar.volume) / 3)) / volume
}

/** `closes` from the anchor and `session` from the open end with the same bar. */
const crossing = (closes: readonly number[], session: readonly Candle[]): -1 | 0 | 1 => {
  let side: -1 | 0 | 1 = 0
  let crossed: -1 | 0 | 1 = 0
  let turnover = 0
  let volume = 0
  for (let i = 0; i < session.length; i++) {
    const { high, low, close, volume: shares } = session[i]!
    turnover += ((high + low + close) * shares) / 3
    volume += shares
    const seen = closes.length - session.length + i + 1
    crossed = 0
    if (seen < 9 || volume === 0) continue
    const gap = total(closes.slice(seen - 9, seen)) / 9 - turnover / volume
    if (Math.abs(gap) < 1e-9) continue
    const sign = gap > 0 ? 1 : -1
    if (side !== 0 && sign !== side) crossed = sign
    side = sign
  }
  return crossed
}
