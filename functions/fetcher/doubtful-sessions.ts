import type { Candle } from '../../shared/domain/candle.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR } from '../../shared/domain/time.ts'

/** A first bar so long after the open looks like an answer that was cut off at its start. */
const LATE_START = HOUR

/** The sessions that a long answer says nothing about, or begins late in: the vendor may have cut it, so each is asked for by itself. */
export const doubtfulSessions = (sessions: readonly Session[], candles: readonly Candle[]): readonly Session[] =>
  sessions.filter(({ opensAt, closesAt }) => {
    const first = candles.find(({ at }) => at >= opensAt && at < closesAt)
    return first === undefined || first.at - opensAt >= LATE_START
  })

/** The same job for one of its sessions. */
export const singleSessionJob = (job: FetchJob, session: Session): FetchJob => ({
  ...job,
  from: session.opensAt,
  to: session.closesAt,
  sessions: [session],
})
