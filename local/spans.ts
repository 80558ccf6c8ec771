import { HOUR, MINUTE } from '../shared/domain/time.ts'
import type { Session } from '../shared/domain/session.ts'

/** Consecutive sessions of recorded candles that are played in one go. Times are epoch milliseconds. */
export type Span = {
  readonly tickers: readonly string[]
  readonly sessions: readonly Session[]
  /** Half an hour before the first open. */
  readonly startsAt: number
  /** Two days after the last close: time for the audits, those of empty sessions included. */
  readonly endsAt: number
}

/** Closed for longer than this, the time between is jumped over. */
const LONG_CLOSED = 10 * 24 * HOUR
const AFTERWARDS = 48 * HOUR

/** Cuts the sessions, oldest first, where the market is closed for long; each span has the tickers that have candles in it. */
export const spansOf = (sessions: readonly (Session & { readonly tickers: readonly string[] })[]): readonly Span[] => {
  const groups: (typeof sessions)[number][][] = []
  for (const session of sessions) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group === undefined || last === undefined || session.opensAt - last.closesAt > LONG_CLOSED) groups.push([session])
    else group.push(session)
  }
  return groups.flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)]
    if (first === undefined || last === undefined) return []
    const tickers = [...new Set(group.flatMap((session) => session.tickers))].toSorted()
    return { tickers, sessions: group, startsAt: first.opensAt - 30 * MINUTE, endsAt: last.closesAt + AFTERWARDS }
  })
}
