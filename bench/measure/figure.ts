import type { Unit } from './row.ts'

/** A number as a person reads it, with its unit. `–` for one that is not known. */
export const figure = (value: number | undefined, unit: Unit): string => {
  if (value === undefined || Number.isNaN(value)) return '–'
  switch (unit) {
    case 'bytes':
      return bytes(value)
    case 'count':
      return short(value)
    case 'per second':
      return `${short(value)}/s`
    case 'times':
      return `${short(value)}×`
    default:
      return `${short(value)} ${unit}`
  }
}

const bytes = (value: number): string => {
  if (value >= 1e9) return `${short(value / 1e9)} GB`
  if (value >= 1e6) return `${short(value / 1e6)} MB`
  return value >= 1e3 ? `${short(value / 1e3)} KB` : `${short(value)} B`
}

/** Three digits that count; whole from 100 on, with separators of thousands. */
const short = (value: number): string => {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
