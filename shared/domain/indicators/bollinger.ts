/** Mean of the period, and that mean plus and minus some population deviations. In the unit of the price. */
export type Bands = { readonly upper: number; readonly middle: number; readonly lower: number }

/**
 * Bollinger bands over prices at `deviations` population standard deviations, null before `period` of them.
 * Not from the library: its linked list and generators took longer than all other series together. Each window is summed anew, so no
 * error of rounding is carried from bar to bar.
 */
export const bollinger = (prices: readonly number[], period: number, deviations: number): readonly (Bands | null)[] =>
  prices.map((_, last) => (last < period - 1 ? null : bandsOf(prices, last - period + 1, last, deviations)))

/** Of the prices from `first` to `last`, both included. */
const bandsOf = (prices: readonly number[], first: number, last: number, deviations: number): Bands => {
  const count = last - first + 1
  let sum = 0
  for (let i = first; i <= last; i++) sum += prices[i] ?? NaN
  const middle = sum / count
  let squares = 0
  for (let i = first; i <= last; i++) squares += ((prices[i] ?? NaN) - middle) ** 2
  const width = deviations * Math.sqrt(squares / count)
  return { upper: middle + width, middle, lower: middle - width }
}
