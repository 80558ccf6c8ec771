type Timed = { readonly at: number }

/** The bars that open in `from <= at < to`. @param bars sorted by time */
export const sliceByTime = <Bar extends Timed>(bars: readonly Bar[], from: number, to: number): readonly Bar[] =>
  bars.slice(firstAt(bars, from), firstAt(bars, to))

/** The index of the first bar that does not open before `at`, by halving. */
const firstAt = (bars: readonly Timed[], at: number): number => {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bars[middle]?.at ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  return low
}
