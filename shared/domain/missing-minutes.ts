import { cadenceMinutes, type Coverage, type PlanInput } from './plan-jobs.ts'
import { MINUTE } from './time.ts'

/**
 * How many minutes no stored bar covers yet, over all tickers and all sessions within the horizon that have opened. Of a session that is
 * not complete these are the minutes after its watermark, the end of its last stored bar: up to its close, or while it is open up to two
 * cadences ago, because what is younger is still under way. So it is 0 while everything runs, and grows by the number of tickers each
 * minute when nothing comes. Minutes in which nobody traded count until the session's audit has said so: a session of thinly traded
 * tickers may show some until an hour or two after its close. A hole before the watermark is not counted; audits find those.
 * @param tickers those that are asked for: not those that are set aside
 */
export const missingMinutes = ({ tick, tickers, sessions, incomplete, limits }: MissingInput): number => {
  const until = tick - 2 * cadenceMinutes(tickers.length, limits) * MINUTE
  const asked = new Set(tickers)
  const byDate = new Map(sessions.map((session) => [session.date, session]))
  return incomplete.reduce((sum, { ticker, date, coveredUntil }) => {
    const session = byDate.get(date)
    if (session === undefined || !asked.has(ticker)) return sum
    const missing = Math.min(session.closesAt, until) - (coveredUntil ?? session.opensAt)
    return sum + Math.max(0, Math.floor(missing / MINUTE))
  }, 0)
}

type MissingInput = Pick<PlanInput, 'tick' | 'tickers' | 'sessions' | 'limits'> & {
  readonly incomplete: readonly Pick<Coverage, 'ticker' | 'date' | 'coveredUntil'>[]
}
