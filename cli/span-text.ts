import { newYorkText } from '../shared/domain/new-york.ts'
import { HOUR, MINUTE, toIso } from '../shared/domain/time.ts'

/** A length of time for a person, in its two largest units: `6 d 2 h`, `29 min`. `milliseconds` may be negative: its size is told. */
export const spanText = (milliseconds: number): string => {
  const size = Math.abs(milliseconds)
  if (size < 2 * MINUTE) return `${Math.round(size / 1000)} s`
  const minutes = Math.floor(size / MINUTE)
  if (size < 2 * HOUR) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? twoUnits(hours, 'h', minutes % 60, 'min') : twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A moment for a person: New York time, then UTC. */
export const momentText = (at: number): string => `${newYorkText(at)} (${toIso(at)})`

const twoUnits = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
