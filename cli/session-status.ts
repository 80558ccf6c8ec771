import type { Session } from '../shared/domain/session.ts'
import { HOUR, MINUTE, minuteOf } from '../shared/domain/time.ts'

/** A session this long after its close has had its audit, unless something is wrong. */
const AUDIT_EXPECTED_AFTER = HOUR

/** One ticker's session, in minutes. `expected` = `stored` + `noTrade` + `unreadable` + `pending` + `missing`. */
export type SessionStatus = {
  readonly date: string
  /** Minutes of the session that have ended. */
  readonly expected: number
  /** Those that have a bar. */
  readonly stored: number
  /** Without a bar in a complete session: nobody traded. */
  readonly noTrade: number
  /** Schwab speaks of them, and their numbers cannot be read. */
  readonly unreadable: number
  /** Without a bar while the session is open or its audit is still to come. */
  readonly pending: number
  /** Without a bar in a session that closed more than an hour ago and is not complete. */
  readonly missing: number
  /** The opens of the first and last bar, epoch milliseconds. */
  readonly first: number | undefined
  readonly last: number | undefined
  /** Proven by audit. */
  readonly complete: boolean
  /** Empty, or with a hole that is unusual for the ticker, and not proven yet: it is read again on another date. */
  readonly suspect: boolean
}

/** What the database says of a session. */
export type Known = { readonly complete: boolean; readonly suspect: boolean; readonly unreadable: number }

/** `barTimes`: the opens of the ticker's bars, oldest first; those of other sessions are passed over. */
export const sessionStatus = (session: Session, barTimes: readonly number[], known: Known, now: number): SessionStatus => {
  const { complete } = known
  const end = Math.min(minuteOf(now), session.closesAt)
  const bars = barTimes.filter((at) => at >= session.opensAt && at < session.closesAt)
  // The bar of the running minute may be stored already; it is not expected yet.
  const stored = bars.filter((at) => at < end).length
  const expected = Math.max(0, (end - session.opensAt) / MINUTE)
  const unreadable = Math.min(known.unreadable, expected - stored)
  const empty = expected - stored - unreadable
  const overdue = now > session.closesAt + AUDIT_EXPECTED_AFTER
  return {
    date: session.date,
    expected,
    stored,
    noTrade: complete ? empty : 0,
    unreadable,
    pending: complete || overdue ? 0 : empty,
    missing: !complete && overdue ? empty : 0,
    first: bars[0],
    last: bars.at(-1),
    complete,
    suspect: known.suspect && !complete,
  }
}

/** Seconds since the newest bar ended, or since the open while there is none; undefined outside sessions. */
export const freshnessSeconds = (open: Session | undefined, newestBar: number | undefined, now: number): number | undefined =>
  open === undefined ? undefined : Math.max(0, now - Math.max(open.opensAt, (newestBar ?? 0) + MINUTE)) / 1000
