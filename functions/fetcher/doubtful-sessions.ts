import type { Candle } from '../../shared/domain/candle.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import { HOUR } from '../../shared/domain/time.ts'

/** A first bar so long after the open, or a last one so long before the close, looks like an answer that was cut off there. */
const CUT = HOUR

type JobSession = FetchJob['sessions'][number]

/**
 * The sessions that a long answer says nothing about, or begins late or ends early in: the vendor may have cut it, so each is asked for by
 * itself. Of those that are complete nothing is doubted: an answer that lacks what is stored changes nothing.
 * @param to the end of what was asked, epoch milliseconds: a session that was still open then ends there
 */
export const doubtfulSessions = (sessions: readonly JobSession[], candles: readonly Candle[], to: number): readonly JobSession[] =>
  sessions.filter(({ opensAt, closesAt, complete = false }) => {
    if (complete) return false
    const end = Math.min(closesAt, to)
    const bars = candles.filter(({ at }) => at >= opensAt && at < end)
    const [first, last] = [bars[0], bars.at(-1)]
    // A session that had hardly begun may have had no trade yet; its live windows follow it.
    if (first === undefined || last === undefined) return end === closesAt || end - opensAt > CUT
    return first.at - opensAt >= CUT || end - last.at > CUT
  })

/** The same job for one of its sessions, or for as much of it as was asked. */
export const singleSessionJob = (job: FetchJob, session: JobSession): FetchJob => ({
  ...job,
  from: session.opensAt,
  to: Math.min(session.closesAt, job.to),
  sessions: [session],
})
