import type { Candle } from '../../shared/domain/candle.ts'

/** The bars that open in `from <= at < to`. @param bars sorted by time */
export const sliceByTime = (bars: readonly Candle[], from: number, to: number): readonly Candle[] =>
  bars.slice(firstAt(bars, from), firstAt(bars, to))

/** The index of the first bar that does not open before `at`, by halving. */
const firstAt = (bars: readonly Candle[], at: number): number => {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bars[middle]?.at ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  return low
}
