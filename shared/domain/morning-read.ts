import type { Session } from './session.ts'
import { HOUR } from './time.ts'

/** The read begins so long before the open: at the smallest budget two hours are enough for a hundred tickers. */
export const MORNING_LEAD = 2 * HOUR
/** So many sessions are read again, in one request per ticker. */
const SESSIONS = 5

/** The dates of the sessions that are to be read again, and since when a read counts (epoch milliseconds). */
export type MorningRead = { readonly dates: readonly string[]; readonly before: number }

/**
 * The last five sessions before the newest morning. They are due until they are read: what is not done by the open is done later.
 * @param sessions those that have opened, oldest first
 * @param nextOpensAt the next session to open, if the calendar has one
 */
export const morningRead = (tick: number, sessions: readonly Session[], nextOpensAt: number | undefined): MorningRead => {
  const nextMorning = nextMorningAt(nextOpensAt)
  const before = tick >= nextMorning ? nextMorning : (sessions.at(-1)?.opensAt ?? tick) - MORNING_LEAD
  return {
    before,
    dates: sessions
      .filter(({ closesAt }) => closesAt <= before)
      .slice(-SESSIONS)
      .map(({ date }) => date),
  }
}

/** When the sessions are next wanted again, epoch milliseconds. */
export const nextMorningAt = (nextOpensAt: number | undefined): number => (nextOpensAt ?? Infinity) - MORNING_LEAD
