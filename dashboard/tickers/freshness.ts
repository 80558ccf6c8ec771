import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { spanText } from '../format.ts'

const GOOD = 1.5 * MINUTE
const LATE = 5 * MINUTE

/** `good` up to 90 s, `late` up to 5 min, `stale` beyond; `closed` while the market is, whatever the age. */
export type Freshness = { readonly level: 'good' | 'late' | 'stale' | 'closed'; readonly text: string }

/**
 * How old a ticker's newest candle is. Before a session's first candle the age counts from its open: nobody is late overnight.
 * @param opensAt when the session that runs now began
 * @param allowance how much later than 90 s is still good, milliseconds
 */
export const freshnessOf = ({ coveredUntil, opensAt, now, inSession, allowance }: FreshnessInput): Freshness => {
  if (!inSession) return { level: 'closed', text: 'closed' }
  const age = now - Math.max(coveredUntil ?? opensAt, opensAt)
  const level = age <= GOOD + allowance ? 'good' : age <= LATE + allowance ? 'late' : 'stale'
  return { level, text: coveredUntil === undefined ? 'no candle' : ageText(age) }
}

type FreshnessInput = {
  readonly coveredUntil: number | undefined
  readonly opensAt: number
  readonly now: number
  readonly inSession: boolean
  readonly allowance: number
}

/** In steps of ten seconds: five hundred rows that count aloud are a flicker, not a figure. */
const ageText = (age: number): string => {
  if (age >= HOUR) return `${Math.floor(age / HOUR)} h`
  return age < 10_000 ? 'now' : spanText(age < MINUTE ? Math.floor(age / 10_000) * 10_000 : age)
}
