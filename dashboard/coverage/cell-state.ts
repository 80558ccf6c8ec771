import { HOUR, MINUTE, minuteOf } from '../../shared/domain/time.ts'
import type { CoverageCell } from '../data/coverage-rows.ts'
import type { SessionTimes } from '../data/status-rows.ts'

/**
 * What a cell of the calendar says of one ticker's session:
 * `complete` proven by audit; `partial` some minutes are missing; `missing` nothing is stored though it should be; `open` runs and is up to
 * date; `waiting` all there, still to be audited; `ahead` not begun; `closed` no session on that day. Counts are minutes.
 */
export type CellState = {
  readonly kind: 'complete' | 'partial' | 'missing' | 'open' | 'waiting' | 'ahead' | 'closed'
  readonly candles: number
  readonly missing: number
  /** Minutes that Schwab speaks of and nobody can read. */
  readonly unreadable?: number
}

export const CLOSED: CellState = { kind: 'closed', candles: 0, missing: 0 }

/** What is younger is still under way. */
const UNDER_WAY = 5 * MINUTE

/**
 * @param cell undefined where the database has no line of that session: nothing was fetched
 * @param allowance how much longer than five minutes a candle may be under way, milliseconds
 */
export const cellState = (session: SessionTimes, cell: CoverageCell | undefined, now: number, allowance = 0): CellState => {
  const candles = cell?.candles ?? 0
  if (cell?.isComplete === true)
    return { kind: 'complete', candles, missing: 0, ...(cell.unreadable > 0 && { unreadable: cell.unreadable }) }
  if (now < session.opensAt) return { kind: 'ahead', candles, missing: 0 }
  if (cell?.isRead === true && now > session.closesAt) return { kind: 'waiting', candles, missing: 0 }
  const missing = missingMinutes(session, candles, cell?.coveredUntil, now)
  const isOpen = now < session.closesAt
  const isUnderWay = missing * MINUTE <= UNDER_WAY + allowance && now < session.closesAt + UNDER_WAY + allowance
  if (isOpen && isUnderWay) return { kind: 'open', candles, missing }
  if (isUnderWay || missing === 0) return { kind: 'waiting', candles, missing }
  return { kind: candles === 0 ? 'missing' : 'partial', candles, missing }
}

/**
 * Minutes that no stored candle reaches yet. An hour after the close every minute without a candle counts, holes too: the audit, which
 * alone can tell them from minutes without trade, is due by then.
 */
const missingMinutes = (session: SessionTimes, candles: number, coveredUntil: number | undefined, now: number): number => {
  const until = Math.min(minuteOf(now), session.closesAt)
  const behind = Math.max(0, Math.floor((until - Math.max(coveredUntil ?? session.opensAt, session.opensAt)) / MINUTE))
  const expected = (session.closesAt - session.opensAt) / MINUTE
  return now > session.closesAt + HOUR ? Math.max(behind, expected - candles) : behind
}
