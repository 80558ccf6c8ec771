import type { Series } from './series.ts'

/** Closer than this two lines are one: a tie, in the unit of the price. */
const TIE = 1e-9

/** 1: went above at this bar. -1: went below. 0: neither. */
export type Cross = -1 | 0 | 1

/**
 * Where `line` crosses `base` within one session. A tie keeps the side that the line was on, and the first side it takes is no cross;
 * so does a bar at which one of the two is null.
 */
export const crosses = (line: Series, base: Series): readonly Cross[] => {
  let side: Cross = 0
  return line.map((value, index) => {
    const now = sideOf(value, base[index] ?? null)
    if (now === 0 || now === side) return 0
    const first = side === 0
    side = now
    return first ? 0 : now
  })
}

const sideOf = (value: number | null, base: number | null): Cross => {
  if (value === null || base === null || Math.abs(value - base) < TIE) return 0
  return value > base ? 1 : -1
}
