import { newYorkDate } from './new-york.ts'
import type { Coverage } from './plan-jobs.ts'
import type { Session } from './session.ts'
import { HOUR, MINUTE } from './time.ts'

/** A closed session is read in full no earlier than this after its close: the vendor's last corrections are in by then. */
export const AUDIT_DELAY = 30 * MINUTE
/** Agreeing reads of a suspect session prove it on two dates, at least so far apart. */
const APART = 12 * HOUR
/** A suspect session is read at least so often until it is proven: what was late is stored soon. */
const LONGEST_WAIT = 4 * HOUR

/** When a session that is not complete is to be read in full, epoch milliseconds: in the hour after the last read, and not while somebody is at it. */
export const fullReadDueAt = (row: Coverage, session: Session): number =>
  Math.max(session.closesAt + AUDIT_DELAY, row.claimedUntil ?? 0, afterLastRead(row))

const afterLastRead = ({ lastAuditAt, suspect, agreedSince, moved, wanted }: Coverage): number => {
  if (lastAuditAt === undefined || wanted) return 0
  const nextSweep = hourAfter(lastAuditAt)
  if (!suspect || agreedSince === undefined) return nextSweep
  const provableAt = hourAfter(agreedSince + APART - 1)
  // The source has moved on: nothing new is expected of it before a read can prove the session.
  if (moved && newYorkDate(provableAt) > newYorkDate(agreedSince)) return Math.max(nextSweep, provableAt)
  // The longer it has agreed, the less often it is asked.
  return Math.max(nextSweep, hourAfter(lastAuditAt + Math.min(lastAuditAt - agreedSince, LONGEST_WAIT) - 1))
}

const hourAfter = (at: number): number => (Math.floor(at / HOUR) + 1) * HOUR
