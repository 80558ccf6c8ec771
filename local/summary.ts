import { maxLagMinutes, type Storing } from './max-lag.ts'
import type { Stored } from './stored.ts'
import type { Candle } from '../shared/domain/candle.ts'
import type { Session } from '../shared/domain/session.ts'
import { validateCandles } from '../shared/domain/validate-candles.ts'
import type { BarSource } from './schwab/bar-source.ts'
import type { RunState } from './run-state.ts'

/** What a run stored, and what it took. */
export type Summary = {
  readonly tickers: number
  /** Ticker and day pairs that the files have candles for. */
  readonly sessions: number
  /** Regular-session minutes that the files have a candle for. */
  readonly expected: number
  /** Stored candles. */
  readonly candles: number
  /** Expected minutes that are not stored. */
  readonly missing: number
  /** Of those not counted as missing: minutes that Schwab spoke of and that nobody can read. */
  readonly unreadable: number
  /** Sessions with an unusual hole, or empty ones, that are not proven yet. */
  readonly suspect: number
  /** Splits that were applied. */
  readonly splits: number
  /** Stored rows beyond one for each ticker and minute. */
  readonly duplicates: number
  /** Bars that Schwab sent and that were dropped with a reason. */
  readonly rejected: number
  /** Stored indicator rows. */
  readonly indicators: number
  /** Calls for candles. */
  readonly requests: number
  readonly maxRequestsPerMinute: number
  /** Jobs enqueued. */
  readonly jobs: number
  /** Sessions that are complete by audit. */
  readonly complete: number
  /** The longest that a ticker's newest stored bar was behind the newest that the market had for it in session. */
  readonly maxLagMinutes: number
  readonly seconds: number
}

export type SummaryOptions = {
  readonly reader: Stored
  readonly source: BarSource
  /** What was played: each session with the tickers that took part in it. */
  readonly played: readonly { readonly session: Session; readonly tickers: readonly string[] }[]
  readonly calls: { readonly candleRequests: number; readonly maxRequestsPerMinute: number }
  readonly state: RunState
  /** When candles were stored, in that order. */
  readonly storings: readonly Storing[]
}

/** Compares what is stored with what the files have. `incomplete`: what is not as it should be, a sentence for each ticker and day. */
export const summarize = async ({
  reader,
  source,
  played,
  calls,
  state,
  storings,
}: SummaryOptions): Promise<{ readonly summary: Summary; readonly incomplete: readonly string[] }> => {
  const tickers = [...new Set(played.flatMap((entry) => entry.tickers))].toSorted()
  const totals = { sessions: 0, expected: 0, candles: 0, missing: 0, unreadable: 0, suspect: 0, duplicates: 0, indicators: 0, complete: 0 }
  const incompleteDays: string[] = []
  for (const ticker of tickers) {
    const stored = await reader.candleTimes(ticker)
    const minutes = new Set(stored)
    const known = new Map((await reader.sessions(ticker)).map((session) => [session.date, session]))
    totals.candles += stored.length
    totals.duplicates += stored.length - minutes.size
    totals.indicators += await reader.indicatorCount(ticker)
    for (const { session } of played.filter((entry) => entry.tickers.includes(ticker))) {
      const bars = goodCandles(source, ticker, session)
      totals.expected += bars.length
      const coverage = known.get(session.date)
      const unreadable = coverage?.unreadable ?? []
      totals.unreadable += unreadable.length
      if (coverage?.isSuspect === true) totals.suspect++
      const missing = bars.filter((bar) => !minutes.has(bar.at) && !unreadable.includes(bar.at)).length
      totals.missing += missing
      if (missing > 0) incompleteDays.push(`${ticker} ${session.date}: ${missing} of ${bars.length} minutes are missing`)
      else if (coverage?.isComplete !== true) incompleteDays.push(`${ticker} ${session.date}: not proven complete by two agreeing reads`)
      if (bars.length === 0) continue
      totals.sessions++
      if (coverage?.isComplete === true) totals.complete++
    }
  }
  const { sessions, expected, candles, missing, unreadable, suspect, duplicates, indicators, complete } = totals
  const summary: Summary = {
    tickers: tickers.length,
    sessions,
    expected,
    candles,
    missing,
    unreadable,
    suspect,
    splits: await reader.splitCount(),
    duplicates,
    rejected: state.counters.rejected,
    indicators,
    requests: calls.candleRequests,
    maxRequestsPerMinute: calls.maxRequestsPerMinute,
    jobs: state.counters.jobs,
    complete,
    maxLagMinutes: maxLagMinutes(storings, played, source),
    seconds: Math.round(state.seconds * 10) / 10,
  }
  return { summary, incomplete: incompleteDays }
}

/** What of the source's bars can be stored at all. */
const goodCandles = (source: BarSource, ticker: string, session: Session): readonly Candle[] => {
  const window = { from: session.opensAt, to: session.closesAt }
  const raw = source.bars(ticker, window.from, window.to).map(({ at, ...bar }) => ({ ...bar, datetime: at }))
  return validateCandles(raw, window, [session], Infinity).candles
}
