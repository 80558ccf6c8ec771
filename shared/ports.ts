import type { Candle } from './domain/candle.ts'
import type { CandleBatch, FetchJob } from './domain/messages.ts'
import type { Session, Window } from './domain/session.ts'

/** The current time, epoch milliseconds. */
export type Clock = () => number

/** The broker's price history. */
export type MarketData = {
  /**
   * The bars Schwab has in `window`, as it sent them: perhaps unsorted, doubled, malformed or outside the window.
   * Fails with AccessRefused, RateLimited, SchwabUnavailable, UnknownSymbol or RequestRejected.
   */
  priceHistory(ticker: string, window: Window, accessToken: string, signal: AbortSignal): Promise<readonly RawCandle[]>
}

/** A bar as it came over the wire: every field may be missing or wrong. */
export type RawCandle = { readonly [field in 'datetime' | 'open' | 'high' | 'low' | 'close' | 'volume']?: unknown }

/** The OAuth token, the one way to it. */
export type Tokens = {
  /** A living access token. Fails with ReauthorizationRequired, SchwabUnavailable, TokenUnreadable or AwsUnavailable. */
  accessToken(): Promise<string>
  /** A data call was refused with this token: get another one. Fails like `accessToken`. */
  replaceRefused(refused: string): Promise<string>
}

/** What a queue did not take. */
export type SendFailure = { readonly index: number; readonly reason: string }

/** A queue that jobs are put on. */
export type JobQueue = {
  /** Sends all in as few calls as the queue allows. @returns the jobs that were not taken, by index; never throws for a part of them. */
  send(jobs: readonly FetchJob[], delaySeconds?: number): Promise<readonly SendFailure[]>
}

/** The queue that fetched candles are put on. */
export type CandleQueue = {
  send(batches: readonly CandleBatch[]): Promise<readonly SendFailure[]>
}

/** What the database knows of one ticker's session that is not complete. */
export type SessionCoverage = {
  readonly ticker: string
  readonly date: string
  /** The end of the last bar that was returned; undefined before the first. */
  readonly coveredUntil: number | undefined
  readonly candles: number
  /** When the session was last read in full after its close. */
  readonly lastAuditAt: number | undefined
  readonly claimedUntil: number | undefined
}

export type TickState = {
  /** False: another invocation has this minute. */
  readonly claimed: boolean
  /** Per ticker and session asked for, those that are not complete. */
  readonly incomplete: readonly SessionCoverage[]
  /** Tickers whose indicators wait for a recompute since before `dirtyBefore`. */
  readonly dirty: readonly string[]
  /** Tickers that Schwab does not know, left out until their quarantine ends. */
  readonly quarantined: readonly string[]
  /** The end of the newest bar stored in the sessions asked for. */
  readonly newestCoveredUntil: number | undefined
}

/** The scheduler's side of the database. */
export type CoverageBook = {
  /** Claims the minute `tick` and reports what is missing. Fails with StoreUnavailable. */
  beginTick(input: {
    readonly tick: number
    readonly tickers: readonly string[]
    readonly sessions: readonly Session[]
    readonly dirtyBefore: number
  }): Promise<TickState>
  /** Nobody plans these sessions again before `until`. */
  claimSessions(claims: readonly { readonly ticker: string; readonly session: Session }[], until: number): Promise<void>
}

/** The calls to Schwab that this minute still allows. */
export type RequestBudget = {
  /** Takes up to `live` and `backfill` calls from the minute that `now` lies in. */
  beginFetch(input: {
    readonly now: number
    readonly live: number
    readonly backfill: number
    readonly perMinute: number
    readonly backfillPerMinute: number
  }): Promise<{ readonly live: number; readonly backfill: number }>
  /** Leaves a ticker alone until `until`. */
  quarantine(ticker: string, until: number): Promise<void>
}

/** What an ingest left to compute for one ticker. */
export type IngestResult = {
  readonly ticker: string
  readonly revision: number
  /** Candles that this call stored or changed. */
  readonly written: number
  /** Undefined: the indicators are up to date. */
  readonly recompute: { readonly from: number; readonly candles: readonly Candle[] } | undefined
}

/** One bar's indicators; null during warm-up. */
export type IndicatorRow = {
  readonly at: number
  readonly sma9: number | null
  readonly vwap: number | null
  readonly ema12: number | null
  readonly ema26: number | null
  readonly macd: number | null
  readonly macdSignal: number | null
  readonly macdHistogram: number | null
  readonly rsi14: number | null
  readonly bbUpper: number | null
  readonly bbMiddle: number | null
  readonly bbLower: number | null
  readonly atr14: number | null
  readonly cross: -1 | 0 | 1
}

export type IndicatorPut = { readonly ticker: string; readonly revision: number; readonly rows: readonly IndicatorRow[] }

/** The writer's side of the database. */
export type CandleStore = {
  /**
   * Stores the candles and moves coverage, all or nothing; returns one result for each ticker in the batch.
   * Fails with StoreUnavailable or StoreRejected.
   */
  ingest(batches: readonly CandleBatch[], asOf: number): Promise<readonly IngestResult[]>
  /** Writes indicators of the revision that is still current. @returns the tickers whose revision has moved on: nothing of theirs was written. */
  putIndicators(puts: readonly IndicatorPut[]): Promise<readonly string[]>
}

/** An event for people and programs outside. */
export type PipelineEvent = { readonly type: 'TickerQuarantined'; readonly detail: { readonly ticker: string; readonly until: string } }

export type EventBus = {
  /** Fails with AwsUnavailable when the bus did not take every event. */
  publish(events: readonly PipelineEvent[]): Promise<void>
}
