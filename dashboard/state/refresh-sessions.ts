import type { ChartSession } from '../data/chart-rows.ts'
import type { Database } from '../data/database.ts'
import type { SessionTimes } from '../data/status-rows.ts'
import { mergeChanges } from './merge-changes.ts'

/** The newest sessions by their changes. */
export const refreshed = async (database: Database, sessions: readonly ChartSession[]): Promise<readonly ChartSession[]> => [
  ...sessions.slice(0, -LIVE),
  ...(await Promise.all(sessions.slice(-LIVE).map((session) => refreshedOne(database, session)))),
]

/** Of the shown sessions so many may still change; what an audit changes in an older one shows when it is opened again. */
const LIVE = 2

/** One with fewer bars than were counted is read as a whole: some came in between, or were taken away. */
const refreshedOne = async (database: Database, session: ChartSession): Promise<ChartSession> => {
  const merged = mergeChanges(session, await database.changes(session))
  if (merged === session || merged.candles <= merged.bars.length) return merged
  const [whole] = await database.sessions(session.ticker, 1, session.date)
  return whole?.date === session.date ? whole : merged
}

/** A session that has begun is shown also while nothing of it is stored. */
export const withToday = (
  sessions: readonly ChartSession[],
  ticker: string,
  count: number,
  today: SessionTimes | undefined,
): readonly ChartSession[] => {
  if (today === undefined || sessions.some(({ date }) => date >= today.date)) return sessions
  const empty: ChartSession = {
    ...today,
    ticker,
    coveredUntil: undefined,
    candles: 0,
    isComplete: false,
    isRead: false,
    unreadable: [],
    split: undefined,
    previousClose: sessions.at(-1)?.bars.at(-1)?.close,
    bars: [],
    updatedAt: undefined,
    revision: 0,
  }
  return [...sessions, empty].slice(-count)
}
