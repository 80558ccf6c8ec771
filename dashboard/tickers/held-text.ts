import type { HeldVerdict } from '../data/verdict-rows.ts'

const WORDS = { unknown_symbol: 'Unknown to Schwab', refused_data: 'Refused by Schwab', silence: 'Silent' } as const

/** What is held against tickers, in one line; empty when nothing is. A session that was taken for closed is no matter of a ticker. */
export const heldText = (held: readonly HeldVerdict[], wanted: readonly string[]): string =>
  (['unknown_symbol', 'refused_data', 'silence'] as const)
    .flatMap((kind) => {
      const tickers = held.filter((verdict) => verdict.kind === kind && wanted.includes(verdict.ticker)).map(({ ticker }) => ticker)
      return tickers.length === 0 ? [] : [`${WORDS[kind]}: ${tickers.join(', ')}.`]
    })
    .join(' ')
