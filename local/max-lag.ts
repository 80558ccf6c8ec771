import type { Session } from '../shared/domain/session.ts'
import { MINUTE } from '../shared/domain/time.ts'
import type { BarSource } from './schwab/bar-source.ts'

/** Candles were stored at `at`; `newest`: the open of the newest of them. Epoch milliseconds. */
export type Storing = { readonly ticker: string; readonly at: number; readonly newest: number }

type Played = readonly { readonly session: Session; readonly tickers: readonly string[] }[]

/**
 * The longest that a ticker's newest stored bar was behind the newest that the market had for it in session: the minutes for which a bar was
 * there and nothing as new was stored, rounded up.
 * @param stored in the order in which it happened
 */
export const maxLagMinutes = (stored: readonly Storing[], played: Played, source: Pick<BarSource, 'bars'>): number => {
  const byTicker = Map.groupBy(stored, ({ ticker }) => ticker)
  const lags = played.flatMap(({ session, tickers }) =>
    tickers.map((ticker) => sessionLag(byTicker.get(ticker) ?? [], ticker, session, source)),
  )
  return Math.max(0, ...lags)
}

const sessionLag = (
  stored: readonly Storing[],
  ticker: string,
  { opensAt, closesAt }: Session,
  source: Pick<BarSource, 'bars'>,
): number => {
  const bars = source.bars(ticker, opensAt, closesAt)
  let longest = 0
  let reached = opensAt
  const lagAt = (at: number): number => {
    const waiting = bars.find((bar) => bar.at >= reached)
    return waiting === undefined ? 0 : Math.max(0, Math.ceil((at - waiting.at) / MINUTE) - 1)
  }
  for (const { at, newest } of stored) {
    if (newest < opensAt || newest >= closesAt) continue
    if (newest + MINUTE <= reached) continue
    longest = Math.max(longest, lagAt(Math.min(at, closesAt)))
    reached = newest + MINUTE
  }
  return Math.max(longest, lagAt(closesAt))
}
