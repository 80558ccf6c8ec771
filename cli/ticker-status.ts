import { sessionAt, sessionsBetween, type Calendar } from '../shared/domain/calendar.ts'
import { newYorkDate } from '../shared/domain/new-york.ts'
import type { Session } from '../shared/domain/session.ts'
import { HOUR } from '../shared/domain/time.ts'
import type { CoverageRow, Reader } from './reader.ts'
import { freshnessSeconds, type Known, sessionStatus, type SessionStatus } from './session-status.ts'

export type TickerStatus = {
  readonly ticker: string
  /** Undefined outside sessions. */
  readonly freshnessSeconds: number | undefined
  /** Oldest first. */
  readonly sessions: readonly SessionStatus[]
}

export type StatusQuestion = {
  readonly now: number
  readonly calendar: Calendar
  /** So far back the sessions of the calendar are expected to be there. */
  readonly horizonDays: number
  /** So far back sessions are listed; beyond the horizon only those that the pipeline has been at. */
  readonly days: number
  readonly reader: Pick<Reader, 'coverage' | 'barTimes'>
}

/** Everything that is known of one ticker. */
export const tickerStatus = async (ticker: string, question: StatusQuestion): Promise<TickerStatus> => {
  const { now, calendar, reader } = question
  const since = now - question.days * 24 * HOUR
  const coverage = await reader.coverage(ticker, newYorkDate(since))
  const sessions = listed(coverage, question, since)
  const [oldest] = sessions
  const times = oldest === undefined ? [] : await reader.barTimes(ticker, { from: oldest.opensAt, to: now })
  const known = new Map(coverage.map((row) => [row.date, knownOf(row)]))
  return {
    ticker,
    freshnessSeconds: freshnessSeconds(sessionAt(calendar, now), times.at(-1), now),
    sessions: sessions.map((session) => sessionStatus(session, times, known.get(session.date) ?? NOTHING, now)),
  }
}

const NOTHING: Known = { complete: false, suspect: false, unreadable: 0 }

const knownOf = ({ completedAt, suspect, unreadable }: CoverageRow): Known => ({
  complete: completedAt !== undefined,
  suspect,
  unreadable: unreadable.length,
})

const listed = (coverage: readonly CoverageRow[], { now, calendar, horizonDays }: StatusQuestion, since: number): readonly Session[] => {
  const expected = sessionsBetween(calendar, Math.max(since, now - horizonDays * 24 * HOUR), now)
  const touched = coverage.filter(({ opensAt, closesAt }) => opensAt < now && closesAt > since)
  const byDate = new Map<string, Session>(
    [...touched, ...expected].map(({ date, opensAt, closesAt }) => [date, { date, opensAt, closesAt }]),
  )
  return [...byDate.values()].toSorted((a, b) => a.opensAt - b.opensAt)
}
