import type { Candle } from '../../shared/domain/candle.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR } from '../../shared/domain/time.ts'

/** A first bar so long after the open, or a last one so long before the close, looks like an answer that was cut off there. */
const CUT = HOUR

/** The sessions that a long answer says nothing about, or begins late or ends early in: the vendor may have cut it, so each is asked for by itself. */
export const doubtfulSessions = (sessions: readonly Session[], candles: readonly Candle[]): readonly Session[] =>
  sessions.filter(({ opensAt, closesAt }) => {
    const bars = candles.filter(({ at }) => at >= opensAt && at < closesAt)
    const [first, last] = [bars[0], bars.at(-1)]
    return first === undefined || last === undefined || first.at - opensAt >= CUT || closesAt - last.at > CUT
  })

/** The same job for one of its sessions. */
export const singleSessionJob = (job: FetchJob, session: Session): FetchJob => ({
  ...job,
  from: session.opensAt,
  to: session.closesAt,
  sessions: [session],
})
