import { MINUTE } from '../../shared/domain/time.ts'

/** A longer silence, such as a night that was skipped, is drawn as one of so many minutes. */
const LONGEST_GAP = 15

/** How far along each minute lies, in minutes from the first. */
export const minutePlaces = (minutes: readonly number[]): readonly number[] => {
  let place = 0
  return minutes.map((minute, index) => {
    const before = minutes[index - 1]
    if (before !== undefined) place += Math.min(LONGEST_GAP, (minute - before) / MINUTE)
    return place
  })
}

/**
 * The path of heights from 0 to 1 over those places, the newest at the right edge. It breaks where there is no value, and where minutes
 * are missing: a line over them would claim to know.
 */
export const chartPath = (places: readonly number[], heights: readonly (number | undefined)[], width: number, height: number): string => {
  const scale = width / Math.max(1, places.at(-1) ?? 1)
  return places
    .map((place, index) => {
      const value = heights[index]
      if (value === undefined) return ''
      const goesOn = heights[index - 1] !== undefined && place - (places[index - 1] ?? 0) <= 1
      const point = `${(place * scale).toFixed(1)} ${((1 - value) * height).toFixed(1)}`
      // A point alone is a dot: its round caps show.
      return goesOn ? `L${point}` : `M${point}h0`
    })
    .join('')
}

/** Two hours; the line stays at the top beyond. */
const TOP_SECONDS = 7200
const logged = (seconds: number): number => Math.log1p(Math.max(0, seconds) / 30)

/** The height of a freshness, 0 to 1, on a scale on which both 90 seconds and two hours can be read. */
export const freshnessHeight = (seconds: number): number => Math.min(1, logged(seconds) / logged(TOP_SECONDS))
