import { generatedMarket } from '../../local/schwab/generated-market.ts'
import type { CandleSource } from '../../local/schwab/bar-source.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import type { Session } from '../../shared/domain/session.ts'

export const SEED = 1
export const calendar = marketCalendar()

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** So many symbols that Schwab could have: XAA, XAB, … */
export const tickersOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `X${LETTERS[Math.floor(i / 26)] ?? ''}${LETTERS[i % 26] ?? ''}`)

/** The market that the simulated Schwab has bars of. */
export const marketOf = (tickers: readonly string[]): CandleSource => generatedMarket({ seed: SEED, tickers, calendar })

/** @throws on a day without a session */
export const sessionOn = (date: string): Session => {
  const session = calendar.sessionOn(date)
  if (session === undefined) throw new Error(`${date} has no session`)
  return session
}
