import type { Outage, Recovery } from '../../shared/domain/outage.ts'
import type { Session } from '../../shared/domain/session.ts'
import { MINUTE, minuteOf } from '../../shared/domain/time.ts'
import type { TickerRow } from './memory-ticker.ts'

const AUDIT_DELAY = 30 * MINUTE

/** What an outage cost and what of it is made good, by the candles and the coverage in memory. */
export const recoveryOf = (
  outage: Outage,
  rows: ReadonlyMap<string, TickerRow>,
  asked: readonly string[],
  sessions: readonly Session[],
  now: number,
): Recovery => {
  const repairedAt = outage.reauthorizedAt ?? now
  const tickers = asked.map((ticker) => rows.get(ticker)).filter((row) => (row?.quarantinedUntil ?? 0) <= now)
  const incomplete = tickers
    .flatMap((row) => sessions.map((session) => ({ session, row: row?.sessions.get(session.date) })))
    .filter(({ row }) => row?.completedAt === undefined)
    .map(({ session, row }) => ({ session, coveredUntil: row?.coveredUntil, provable: now >= session.closesAt + AUDIT_DELAY }))
  const missing = incomplete
    .filter(({ coveredUntil, provable }) => provable || (coveredUntil ?? 0) < repairedAt - MINUTE)
    .map(({ session, coveredUntil }) => minuteOf(Math.min(now, session.closesAt)) - (coveredUntil ?? session.opensAt))
  const candles = tickers.flatMap((row) => [...(row?.candles.keys() ?? [])])
  return {
    missing: missing.reduce((sum, span) => sum + Math.max(0, span) / MINUTE, 0),
    unproven: incomplete.filter(({ provable }) => provable).length,
    backfilled: candles.filter((at) => at >= minuteOf(outage.startedAt) && at < repairedAt).length,
  }
}
