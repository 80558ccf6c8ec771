import { HOUR, MINUTE } from '../../shared/domain/time.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: MINUTE, h: HOUR, d: 24 * HOUR }

/** Milliseconds of `90s`, `20m`, `2h`, `1d` or `300ms`; undefined for what is no duration. */
export const readDuration = (text: string): number | undefined => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const length = Number(amount) * (UNITS[unit] ?? Number.NaN)
  return length > 0 ? length : undefined
}
