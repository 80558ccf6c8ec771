import type { CandleBatch } from '../../shared/domain/messages.ts'
import { newYorkDate as askDate } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { SessionRow, StoredCandle, TickerRow } from './memory-ticker.ts'

const dates = new Map<number, string>()
/** Asked of the same minutes again and again. */
export const newYorkDate = (at: number): string => {
  const date = dates.get(at) ?? askDate(at)
  dates.set(at, date)
  return date
}

const AUDIT_DELAY = 30 * MINUTE
const LEAST_HOLE = 30

/** The longest hole of the last ten settled sessions, in minutes. */
export const usualHole = (ticker: TickerRow, except: string): number => {
  const settled = [...ticker.sessions]
    .filter(([date, session]) => date !== except && session.settledAt !== undefined && session.candles > 0)
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, 10)
  return Math.max(LEAST_HOLE, ...settled.map(([, { longestHole = 0 }]) => longestHole))
}

/** Whether a bar of a later session was returned. */
export const hasMoved = (ticker: TickerRow, date: string): boolean =>
  [...ticker.sessions].some(([later, { candles }]) => later > date && candles > 0)

type Known = { readonly usual: number; readonly moved: boolean; readonly changed: boolean }

/** What an answer, undefined if it does not vouch for the session, makes of one of its sessions. */
export const judgeSession = (
  session: SessionRow,
  batch: CandleBatch | undefined,
  stored: readonly StoredCandle[],
  { usual, moved, changed }: Known,
): void => {
  const { opensAt, closesAt } = session
  const isInside = (at: number): boolean => at >= opensAt && at < closesAt
  const minutes = new Set(stored.map(({ at }) => at))
  const wasComplete = session.completedAt !== undefined
  session.candles = stored.length
  if (changed) {
    session.completedAt = undefined
    session.settledAt = undefined
    session.agreedSince = undefined
    session.agreedOn = []
    session.unreadable = session.unreadable.filter((at) => !minutes.has(at))
  }
  if (batch === undefined) return
  const { fetchedAt, from, to } = batch
  const returned = batch.candles.filter(({ at }) => isInside(at))
  const last = returned.at(-1)
  if (last !== undefined) session.coveredUntil = Math.max(session.coveredUntil ?? 0, last.at + MINUTE)
  const fullRead = from <= opensAt && to >= closesAt && fetchedAt >= closesAt + AUDIT_DELAY
  if (!fullRead || fetchedAt <= (session.lastAuditAt ?? -Infinity)) return

  const spokenOf = (batch.unreadable ?? []).filter(isInside)
  const unreadable = spokenOf.filter((at) => !minutes.has(at))
  const matches =
    !changed && returned.length + spokenOf.length - unreadable.length === stored.length && stored.every(({ readAt }) => readAt <= fetchedAt)
  const hole = longestHole(session, stored)
  const suspect = stored.length === 0 || hole > usual
  const alone = from >= opensAt && to <= closesAt
  const agrees = matches && (alone || !(suspect || unreadable.length > 0))
  const readOn = newYorkDate(fetchedAt)
  if (agrees) {
    session.agreedSince ??= fetchedAt
    session.agreedOn = [...new Set([...session.agreedOn, readOn])]
  } else if (!matches && !wasComplete) {
    session.agreedSince = undefined
    session.agreedOn = []
  }
  const since = session.agreedSince ?? fetchedAt
  const isRepeated = session.agreedOn.length >= 2 && fetchedAt - since >= 12 * HOUR
  const isProven = agrees && ((!suspect && unreadable.length === 0) || (isRepeated && (!suspect || moved || session.agreedOn.length >= 3)))
  session.audits += 1
  session.firstAuditAt ??= fetchedAt
  session.lastAuditAt = fetchedAt
  session.longestHole = hole
  session.suspect = suspect
  session.unreadable = unreadable
  if (session.recheckSince !== undefined && fetchedAt >= session.recheckSince) session.recheckSince = undefined
  if (isProven) {
    session.completedAt = fetchedAt
    session.coveredUntil = Math.max(session.coveredUntil ?? 0, closesAt)
  }
  if (agrees && session.completedAt !== undefined && newYorkDate(since) < readOn) session.settledAt ??= fetchedAt
}

/** The minutes without a bar before the first, between two, or after the last. */
const longestHole = ({ opensAt, closesAt }: SessionRow, stored: readonly StoredCandle[]): number => {
  const ends = [opensAt, ...stored.map(({ at }) => at + MINUTE)]
  const begins = [...stored.map(({ at }) => at), closesAt]
  return Math.max(...begins.map((at, index) => (at - (ends[index] ?? at)) / MINUTE))
}
