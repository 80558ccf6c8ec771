import * as z from 'zod/mini'
import { Day, MaybeSeconds } from './instants.ts'

/** One ticker's session in the calendar of coverage. */
export type CoverageCell = {
  readonly ticker: string
  readonly candles: number
  readonly isComplete: boolean
  /** Read in full after its close at least once. */
  readonly isRead: boolean
  readonly coveredUntil: number | undefined
  /** How many minutes Schwab speaks of with numbers that cannot be read. */
  readonly unreadable: number
}
export type CoverageDay = { readonly date: string; readonly cells: readonly CoverageCell[] }
export const CoverageDays = z.array(
  z.pipe(
    z.object({ session_date: Day, cells: z.array(z.tuple([z.string(), z.number(), z.boolean(), MaybeSeconds, z.number(), z.number()])) }),
    z.transform((row): CoverageDay => ({
      date: row.session_date,
      cells: row.cells.map(([ticker, candles, isComplete, coveredUntil, audits, unreadable]) => ({
        ticker,
        candles,
        isComplete,
        isRead: audits > 0,
        coveredUntil,
        unreadable,
      })),
    })),
  ),
)
/** What tells whether a day has to be read again. */
export const CoverageSums = z.array(
  z.object({ session_date: Day, tickers: z.number(), complete: z.number(), candles: z.number(), audits: z.number() }),
)
