import type { Candle } from '../shared/domain/candle.ts'
import type { IndicatorRow } from '../shared/domain/indicators.ts'
import type { Window } from '../shared/domain/session.ts'
import type { VerdictKind } from '../shared/domain/verdicts.ts'

/** What the database says of one ticker's session. Times are epoch milliseconds. */
export type CoverageRow = {
  readonly ticker: string
  readonly date: string
  readonly opensAt: number
  readonly closesAt: number
  readonly completedAt: number | undefined
  /** Minutes that Schwab speaks of and whose numbers cannot be read, oldest first. */
  readonly unreadable: readonly number[]
  /** Empty, or with a hole that is unusual for the ticker, by its newest full read. */
  readonly suspect: boolean
}

/** A stored bar and its indicators, undefined while they are not computed. */
export type StoredBar = { readonly candle: Candle; readonly indicators: Omit<IndicatorRow, 'at'> | undefined }

/** A verdict that holds. `date`: of a session that was taken for closed. */
export type HeldVerdict = {
  readonly ticker: string
  readonly kind: VerdictKind
  readonly date: string | undefined
  /** Epoch milliseconds; 0: always. */
  readonly since: number
}

/** Reads the database, without a limit on rows. Every call fails with CommandFailed. */
export type Reader = {
  /** Every ticker that was ever stored, sorted. */
  readonly tickers: () => Promise<readonly string[]>
  /** The sessions from `fromDate` on that the pipeline has been at, oldest first. */
  readonly coverage: (ticker: string, fromDate: string) => Promise<readonly CoverageRow[]>
  /** What is decided against any of these tickers and still holds. */
  readonly held: (tickers: readonly string[]) => Promise<readonly HeldVerdict[]>
  /** The bars' opens, oldest first. */
  readonly barTimes: (ticker: string, window: Window) => Promise<readonly number[]>
  /** The bars, oldest first, a page at a time. */
  readonly bars: (ticker: string, window: Window) => AsyncIterable<readonly StoredBar[]>
}
