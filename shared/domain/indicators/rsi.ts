import type { Series } from './series.ts'

/**
 * Wilder's relative strength index, 0 to 100, unrounded; null for the first `period` values.
 * 50 where nothing moved at all, 100 where nothing fell. Not from the library: that one rounds to cents and calls a flat price 100.
 */
export const rsi = (values: readonly number[], period: number): Series => {
  let gain = 0
  let loss = 0
  return values.map((value, index) => {
    const change = value - (values[index - 1] ?? value)
    const up = Math.max(change, 0)
    const down = Math.max(-change, 0)
    if (index <= period) {
      gain += up / period
      loss += down / period
      return index < period ? null : strength(gain, loss)
    }
    gain += (up - gain) / period
    loss += (down - loss) / period
    return strength(gain, loss)
  })
}

const strength = (gain: number, loss: number): number => {
  if (loss === 0) return gain === 0 ? 50 : 100
  return 100 - 100 / (1 + gain / loss)
}
