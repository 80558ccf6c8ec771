import type { Candle } from './domain/candle.ts'
import type { CandleBatch, FetchJob } from './domain/messages.ts'
import type { IndicatorRow } from './domain/indicators.ts'
import type { Coverage } from './domain/plan-jobs.ts'
import type { Session, Window } from './domain/session.ts'
import type { RawCandle } from './domain/validate-candles.ts'

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

/** The OAuth token, the one way to it. */
export type Tokens = {
  /** A living access token. Fails with ReauthorizationRequired, SchwabUnavailable, TokenUnreadable or AwsUnavailable. */
  accessToken(): Promise<string>
  /** A data call was refused with this token: get another one. Fails like `accessToken`. */
  replaceRefused(refused: string): Promise<string>
}

/** The versions of the token's secret. Fails with AwsUnavailable or TokenUnreadable. */
export type SecretVersions = {
  current(): Promise<SecretVersion>
  /** A version that was put and not yet promoted. */
  pending(): Promise<SecretVersion | undefined>
  /** Stores a version beside the current one. @returns its id */
  putPending(value: string): Promise<string>
  /** Makes `newVersionId` current if `oldVersionId` still is: the one compare-and-swap. `moved`: it was not, and nothing changed. */
  promote(newVersionId: string, oldVersionId: string): Promise<'promoted' | 'moved'>
}
export type SecretVersion = { readonly versionId: string; readonly value: string }

/** What the token endpoint answered with 200. Fields it left out are undefined. */
export type TokenAnswer = {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
  readonly expiresInSeconds?: number | undefined
  readonly idToken?: string | undefined
}

/** Schwab's token endpoint. Fails with ReauthorizationRequired (only on HTTP evidence), SchwabUnavailable or RateLimited. */
export type TokenEndpoint = {
  refresh(refreshToken: string): Promise<TokenAnswer>
  exchangeCode(code: string, redirectUri: string): Promise<TokenAnswer>
}

/** What a queue did not take. */
export type SendFailure = { readonly index: number; readonly reason: string }

/** A queue that jobs are put on. */
export type JobQueue = {
  /** Sends all in as few calls as the queue allows. @returns the jobs that were not taken, by index; never throws for a part of them. */
  send(jobs: readonly FetchJob[], delaySeconds?: number): Promise<readonly SendFailure[]>
}

/** A message that nobody can handle, with the reason why. */
export type PoisonMessage = { readonly body: string; readonly reason: string }

/** The queue a message came from, for those that are not simply done or failed. Every call fails with AwsUnavailable. */
export type SourceQueue = {
  /** Moves the message to the queue's own dead-letter queue, its reason as an attribute. */
  deadLetter(message: PoisonMessage): Promise<void>
  /** Sends the message again as a new one that appears after `seconds` (0 to 900). */
  putBack(body: string, seconds: number): Promise<void>
  /** The failing message appears again after `seconds` (1 to 43,200) instead of the queue's visibility time-out. */
  delay(receiptHandle: string, seconds: number): Promise<void>
}

/** The queue that fetched candles are put on. */
export type CandleQueue = {
  send(batches: readonly CandleBatch[]): Promise<readonly SendFailure[]>
}

export type TickState = {
  /** False: another invocation has this minute. */
  readonly claimed: boolean
  /** Per ticker and session asked for, those that are not complete. */
  readonly incomplete: readonly Coverage[]
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
