import type { Calendar } from '../shared/domain/calendar.ts'
import { AUDIT_DELAY } from '../shared/domain/full-read-due.ts'
import type { FetchJob } from '../shared/domain/messages.ts'
import { addDays, newYorkDate } from '../shared/domain/new-york.ts'
import { SESSIONS_PER_REQUEST } from '../shared/domain/plan-jobs.ts'
import type { Session } from '../shared/domain/session.ts'

/** Schwab keeps minute candles so long, in days; horizonDays of pipeline.yml is bounded by the same. */
export const HISTORY_DAYS = 48

export type BackfillPlan = {
  readonly jobs: readonly FetchJob[]
  readonly sessions: readonly Session[]
  /** Session dates that are not read now: they are open, or closed less than half an hour ago, and followed live. */
  readonly tooEarly: readonly string[]
}

/** One job for each ten sessions from `from` to `to` (dates of New York, both included) that have closed. */
export const planBackfill = (input: {
  readonly ticker: string
  readonly from: string
  readonly to: string
  readonly calendar: Calendar
  readonly now: number
  readonly traceId: string
}): BackfillPlan => {
  const all = datesFrom(input.from, input.to).flatMap((date) => input.calendar.sessionOn(date) ?? [])
  const sessions = all.filter(({ closesAt }) => closesAt + AUDIT_DELAY <= input.now)
  const jobs: FetchJob[] = []
  for (let start = 0; start < sessions.length; start += SESSIONS_PER_REQUEST) {
    const part = sessions.slice(start, start + SESSIONS_PER_REQUEST)
    jobs.push({
      v: 1,
      kind: 'backfill',
      ticker: input.ticker,
      from: Math.min(...part.map(({ opensAt }) => opensAt)),
      to: Math.max(...part.map(({ closesAt }) => closesAt)),
      sessions: part,
      // No notAfter: nobody else would plan a session again that counts as complete.
      plannedAt: input.now,
      traceId: input.traceId,
    })
  }
  return { jobs, sessions, tooEarly: all.slice(sessions.length).map(({ date }) => date) }
}

/** The first date that Schwab may still have. */
export const firstDateKept = (now: number): string => addDays(newYorkDate(now), -HISTORY_DAYS)

const datesFrom = (from: string, to: string): readonly string[] => {
  const dates: string[] = []
  for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date)
  return dates
}
