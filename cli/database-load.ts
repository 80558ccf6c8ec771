import { ASSUMED } from './assumed-month.ts'
import type { MonthOfWork } from './month-of-work.ts'

/** What Supabase includes and asks for, in dollars a month. @see https://supabase.com/pricing */
export const SUPABASE = {
  asOf: '2026-06',
  free: { databaseGb: 0.5, egressGb: 5 },
  pro: { dollars: 25, diskGb: 8, egressGb: 250, dollarsPerDiskGb: 0.125, dollarsPerEgressGb: 0.09 },
} as const

/** One minute of one ticker: a row of candles and one of indicators, with their indexes. Measured after two sessions of forty tickers. */
const BYTES_OF_MINUTE = 147 + 196
/** A visit is answered with the candles that its indicators need: the session before and, on average, half of the present one. Measured, not compressed. */
const BYTES_OF_CANDLE = 46
/** The scheduler is told of each ticker's open session every minute. Measured. */
const BYTES_OF_COVERAGE = 51

export type DatabaseLoad = {
  /** Candles, and as many indicators, in a day with a session. */
  readonly rowsPerDay: number
  readonly gbPerMonth: number
  /** What the database sends to the functions in a month. */
  readonly egressGb: number
  /** Rpc calls in a minute of a session. */
  readonly callsPerMinute: number
}

export const databaseLoad = (tickers: number, { live, sessionMinutes }: MonthOfWork): DatabaseLoad => {
  const a = ASSUMED
  const rowsPerDay = tickers * a.sessionMinutes
  const answer = 1.5 * a.sessionMinutes * BYTES_OF_CANDLE
  return {
    rowsPerDay,
    gbPerMonth: (rowsPerDay * a.sessionsInMonth * BYTES_OF_MINUTE) / 1e9,
    egressGb: (live.reads * answer + tickers * sessionMinutes * BYTES_OF_COVERAGE) / 1e9,
    // One by the fetcher and two by the writer for each batch; the scheduler two and token-keeper one.
    callsPerMinute: (3 * live.batches) / sessionMinutes + 3,
  }
}
