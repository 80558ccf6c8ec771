import type { Bar } from '../data/chart-rows.ts'

export type BarValue = Exclude<keyof Bar, 'time'>

/** What the main pane draws, in the order of the legend. */
export const MAIN_VALUES: readonly (readonly [BarValue, string])[] = [
  ['open', 'O'],
  ['high', 'H'],
  ['low', 'L'],
  ['close', 'C'],
  ['volume', 'Vol'],
  ['sma9', 'SMA9'],
  ['vwap', 'VWAP'],
  ['cross', 'Cross'],
]
/** What is told in the second place. */
export const FURTHER_VALUES: readonly (readonly [BarValue, string])[] = [
  ['ema12', 'EMA12'],
  ['ema26', 'EMA26'],
  ['macd', 'MACD'],
  ['macdSignal', 'Signal'],
  ['macdHistogram', 'Hist'],
  ['rsi14', 'RSI14'],
  ['bbUpper', 'BB upper'],
  ['bbMiddle', 'BB mid'],
  ['bbLower', 'BB lower'],
  ['atr14', 'ATR14'],
]
export const ALL_VALUES = [...MAIN_VALUES, ...FURTHER_VALUES]

const CROSSES = new Map([
  [1, '▲ crosses above'],
  [-1, '▼ crosses below'],
])

/** At full precision, as the database has it; a dash where there is none. */
export const valueText = (bar: Bar | undefined, name: BarValue): string => {
  const value = bar?.[name]
  if (name === 'cross') return CROSSES.get(value ?? 0) ?? '–'
  return value === undefined || Number.isNaN(value) ? '–' : String(value)
}

export const sameBar = (one: Bar | undefined, other: Bar | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && ALL_VALUES.every(([name]) => Object.is(one[name], other[name])))
