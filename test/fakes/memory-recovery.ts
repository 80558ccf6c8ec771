import type { Outage, Recovery } from '../../shared/domain/outage.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE, minuteOf } from '../../shared/domain/time.ts'
import { usualHole } from './memory-session.ts'
import { sorted, type TickerRow } from './memory-ticker.ts'

const AUDIT_DELAY = 30 * MINUTE

type Asked = { readonly tickers: readonly string[]; readonly sessions: readonly Session[]; readonly now: number; readonly horizon?: number }

/** What an outage cost and what of it is made good, by the candles and the coverage in memory. */
export const recoveryOf = (
  outage: Outage,
  rows: ReadonlyMap<string, TickerRow>,
  { tickers: asked, sessions, now, horizon = -Infinity }: Asked,
): Recovery => {
  const repairedAt = outage.reauthorizedAt ?? now
  const tickers = asked.map((ticker) => rows.get(ticker)).filter((row) => (row?.quarantinedUntil ?? 0) <= now)
  const isGivenUp = ({ closesAt }: Session, lastAuditAt = -Infinity): boolean =>
    closesAt <= horizon && ((lastAuditAt > repairedAt && now >= repairedAt + 24 * HOUR) || now >= repairedAt + 72 * HOUR)
  const incomplete = tickers
    .flatMap((ticker) => sessions.map((session) => ({ ticker, session, row: ticker?.sessions.get(session.date) })))
    .filter(({ row }) => row?.completedAt === undefined)
    .map(({ ticker, session, row }) => {
      const provable = now >= session.closesAt + AUDIT_DELAY
      const hole = provable || ticker === undefined ? 0 : unusualHole(ticker, session, outage.startedAt)
      return { session, coveredUntil: row?.coveredUntil, provable, hole, isGivenUp: isGivenUp(session, row?.lastAuditAt) }
    })
  const waited = incomplete.filter((one) => !one.isGivenUp)
  const missing = waited
    .filter(({ coveredUntil, provable, hole }) => provable || hole > 0 || (coveredUntil ?? 0) < repairedAt - MINUTE)
    .map(({ session, coveredUntil, hole }) =>
      Math.max(0, hole, (minuteOf(Math.min(now, session.closesAt)) - (coveredUntil ?? session.opensAt)) / MINUTE),
    )
  const candles = tickers.flatMap((row) => [...(row?.candles.keys() ?? [])])
  return {
    missing: missing.reduce((sum, span) => sum + span, 0),
    unproven: waited.filter(({ provable }) => provable).length,
    backfilled: candles.filter((at) => at >= minuteOf(outage.startedAt) && at < repairedAt).length,
    unfetchable: incomplete.length - waited.length + tickers.reduce((sum, ticker) => sum + emptyAtFirst(ticker, sessions), 0),
  }
}

/** The longest hole before a bar that came after the outage began, in minutes; 0 when the ticker is used to it. */
const unusualHole = (ticker: TickerRow, { date, opensAt, closesAt }: Session, since: number): number => {
  const bars = sorted(ticker).filter(({ at }) => at >= opensAt && at < closesAt)
  const gaps = bars.map(({ at }, index) => ({ at, gap: (at - (index === 0 ? opensAt : (bars[index - 1]?.at ?? at) + MINUTE)) / MINUTE }))
  const longest = Math.max(0, ...gaps.filter(({ at }) => at > since).map(({ gap }) => gap))
  return longest > usualHole(ticker, date) ? longest : 0
}

/** How many sessions are proven empty before the first with a candle. */
const emptyAtFirst = (ticker: TickerRow | undefined, sessions: readonly Session[]): number => {
  const rows = sessions.toSorted((a, b) => a.opensAt - b.opensAt).map(({ date }) => ticker?.sessions.get(date))
  const first = rows.findIndex((row) => (row?.candles ?? 0) > 0)
  return rows.slice(0, first < 0 ? rows.length : first).filter((row) => row?.completedAt !== undefined).length
}
