import type { Candle } from './domain/candle.ts'
import type { CandleBatch, FetchJob } from './domain/messages.ts'
import type { PipelineEvent } from './domain/events.ts'
import type { IndicatorRow } from './domain/indicators.ts'
import type { Outage, OutageReason, Recovery, TokenState } from './domain/outage.ts'
import type { Coverage } from './domain/plan-jobs.ts'
import type { AppliedSplit } from './domain/split.ts'
import type { Session, Window } from './domain/session.ts'
import type { RawCandle } from './domain/validate-candles.ts'
import type { VerdictChange } from './domain/verdict-change.ts'
import type { Refusal, Rhythm, Verdict } from './domain/verdicts.ts'

/** The current time, epoch milliseconds. */
export type Clock = () => number

/** The broker's price history. */
export type MarketData = {
  /**
   * The bars Schwab has in `window`, as it sent them: perhaps unsorted, doubled, malformed or outside the window. `traceId` is logged.
   * Fails with AccessRefused, RateLimited, SchwabUnavailable, UnknownSymbol or RequestRejected.
   */
  priceHistory(
    ticker: string,
    window: Window,
    accessToken: string,
    call: { readonly signal: AbortSignal; readonly traceId?: string | undefined },
  ): Promise<readonly RawCandle[]>
}

/** One real data call that shows whether an access token is good for market data. Fails with AccessRefused, RateLimited or SchwabUnavailable. */
export type TokenProof = { prove(accessToken: string): Promise<void> }

/** The OAuth token, the one way to it. */
export type Tokens = {
  /**
   * A living access token. `deadVersion`: the version of the secret that the database holds for dead; if it is still the current one, the
   * call fails without asking Schwab. Fails with ReauthorizationRequired (the outage is then open in the database), TokenBusy,
   * SchwabUnavailable, RateLimited, BudgetSpent, ClientRefused, TokenUnreadable, StoreUnavailable or AwsUnavailable.
   */
  accessToken(deadVersion?: string): Promise<string>
  /**
   * A data call was refused with this token: get another one, if it is refused for other data too. Few refreshes in a day are made for
   * this. A token minted seconds ago that is refused is an outage by itself. Fails like `accessToken`, with DataRefused when only that
   * data was refused, and with RefreshLimited.
   */
  replaceRefused(refused: string): Promise<string>
}

/** The versions of the token's secret. Fails with AwsUnavailable or TokenUnreadable. */
export type SecretVersions = {
  current(): Promise<SecretVersion>
  /** The id of the current version, for those who need not know its value. */
  currentVersionId(): Promise<string>
  /** A version that was put and not yet promoted. */
  pending(): Promise<SecretVersion | undefined>
  /** The version that was current before. */
  previous(): Promise<SecretVersion | undefined>
  /** Stores a version beside the current one. @returns its id */
  putPending(value: string): Promise<string>
  /** How many more versions can be stored, and when the next one can be if none (epoch milliseconds). */
  room(now: number): Promise<SecretRoom>
  /** Makes `newVersionId` current if `oldVersionId` still is: the one compare-and-swap. `moved`: it was not, and nothing changed. */
  promote(newVersionId: string, oldVersionId: string): Promise<'promoted' | 'moved'>
  /**
   * Notes something beside the secret's values, for what has to be agreed upon while the database is down. Each note uses up a version.
   * @returns whether it is this holder's: of several only the first has it
   */
  note(key: string, holder: string): Promise<boolean>
  isNoted(key: string): Promise<boolean>
}
/** `left`: 0 while the secret is full; then `freesAt` says when one more can be stored. */
export type SecretRoom = { readonly left: number; readonly freesAt: number }
export type SecretVersion = { readonly versionId: string; readonly value: string }

/** What the token endpoint answered with 200. Fields it left out are undefined. */
export type TokenAnswer = {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
  readonly expiresInSeconds?: number | undefined
  readonly idToken?: string | undefined
}

/** Schwab's token endpoint. Fails with GrantRefused or ClientRefused (only on HTTP evidence), SchwabUnavailable or RateLimited. */
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
export type PoisonMessage = { readonly body: string; readonly reason: string; readonly traceId?: string | undefined }

/**
 * The queue a message came from, for those that are not simply done or failed. A message keeps its trace id wherever it goes. Every call
 * fails with AwsUnavailable.
 */
export type SourceQueue = {
  /** Moves the message to the queue's own dead-letter queue, its reason as an attribute. */
  deadLetter(message: PoisonMessage): Promise<void>
  /** Sends the message again as a new one that appears after `seconds` (0 to 900). */
  putBack(body: string, seconds: number, traceId?: string): Promise<void>
  /** The failing message appears again after `seconds` (1 to 43,200) instead of the queue's visibility time-out. */
  delay(receiptHandle: string, seconds: number): Promise<void>
}

/** A job that waits for a person, with what is known of its failure. */
export type ParkedMessage = {
  readonly body: string
  readonly reason: string
  readonly outageId: string
  readonly secretVersion: string
  /** When it failed first, epoch milliseconds. */
  readonly failedAt: number
  readonly traceId?: string | undefined
}

/** `auth-dlq`, where jobs wait for a new login. Every call fails with AwsUnavailable. */
export type ParkingLot = {
  park(message: ParkedMessage): Promise<void>
}

/** `auth-dlq` as its redriver reads it. Every call fails with AwsUnavailable. */
export type ParkedQueue = {
  /** Up to ten messages, hidden from others for two minutes. Empty: none was found, though a queue of SQS may still have some. */
  receive(): Promise<readonly { readonly receiptHandle: string; readonly body: string; readonly traceId?: string | undefined }[]>
  /** @returns how many were deleted; the others are seen again */
  remove(receiptHandles: readonly string[]): Promise<number>
  /** How many wait there, in flight or not. */
  depth(): Promise<number>
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
  /** Sessions that ended before it do not count, epoch milliseconds. */
  readonly since: number | undefined
  /** Sessions that are complete and of which another read is wanted. */
  readonly unsettled: readonly Coverage[]
  /** Splits that all stored candles are adjusted for and that nobody was told of yet. */
  readonly splits: readonly AppliedSplit[]
  /** Tickers whose indicators wait for a recompute since before `dirtyBefore`, or whose older candles are still to be adjusted for a split. */
  readonly dirty: readonly string[]
  /** What is held against the tickers asked for. */
  readonly verdicts: readonly Verdict[]
  /** How those of them that have candles usually trade. */
  readonly rhythms: readonly Rhythm[]
  /** The end of the newest bar stored in the sessions asked for. */
  readonly newestCoveredUntil: number | undefined
  readonly token: TokenState
}

/** The scheduler's side of the database. */
export type CoverageBook = {
  /** Claims the minute `tick` and reports what is missing. Fails with StoreUnavailable. */
  beginTick(input: {
    readonly tick: number
    readonly tickers: readonly string[]
    readonly sessions: readonly Session[]
    readonly dirtyBefore: number
    /** Sessions that ended before it count only if an outage that is not made good had begun by then. Without it all count. */
    readonly since?: number
    /** Complete sessions of these dates are wanted again unless they were read in full at `before` or later. */
    readonly settle?: { readonly dates: readonly string[]; readonly before: number }
  }): Promise<TickState>
  /** Nobody plans these sessions again before `until`. */
  claimSessions(claims: readonly { readonly ticker: string; readonly session: Session }[], until: number): Promise<void>
}

/** Messages in a queue: to be received, in somebody's hands, and held back. */
export type QueueDepth = { readonly visible: number; readonly inFlight: number; readonly delayed: number }

/** What waits in the pipeline's queues. Never fails: a queue that SQS does not count is left out. */
export type QueueDepths = { depths(): Promise<Readonly<Record<string, QueueDepth>>> }

/** What those who look at the dashboard are told. No secret, no link. Fails with StoreUnavailable. */
export type StatusBoard = {
  /** One line for the minute, and what the scheduler works for; a minute that has its line keeps it. */
  recordMinute(input: { readonly minute: number; readonly line: MinuteLine; readonly schedule: Schedule }): Promise<void>
}

/** `freshnessSeconds`: the newest candle's age, 0 outside sessions. `missing`: minutes that are still to be fetched. */
export type MinuteLine = {
  readonly inSession: boolean
  readonly freshnessSeconds: number
  readonly missing: number
  readonly liveJobs: number
  readonly fullJobs: number
  readonly queues: Readonly<Record<string, QueueDepth>>
}

/** The tickers, each of which is visited every `cadenceMinutes`, and the sessions of the horizon so far, oldest first. */
export type Schedule = {
  readonly tickers: readonly string[]
  readonly sessions: readonly Session[]
  readonly nextOpensAt: number | undefined
  readonly cadenceMinutes: number
}

/** The calls to Schwab that are still allowed: so many in any sixty seconds. */
export type RequestBudget = {
  /**
   * Takes up to `live` and `backfill` calls, to be made within five seconds of `now`. `freeAt`: when the oldest call that counts will not
   * count any more; undefined when none does.
   */
  beginFetch(input: {
    readonly now: number
    readonly live: number
    readonly backfill: number
    readonly perMinute: number
    readonly backfillPerMinute: number
  }): Promise<{
    readonly live: number
    readonly backfill: number
    readonly deadVersion: string | undefined
    readonly freeAt?: number | undefined
  }>
}

/** What is held against tickers by repeated evidence. Fails with StoreUnavailable. */
export type VerdictBook = {
  /** Adds evidence; each kind, ticker and session once in a call. */
  noteRefusals(refusals: readonly Refusal[], now: number): Promise<void>
  putVerdicts(changes: readonly VerdictChange[], now: number): Promise<void>
  verdicts(tickers: readonly string[]): Promise<readonly Verdict[]>
  /** Takes back all that is held against a ticker, for a person. @returns how many verdicts there were */
  liftVerdicts(ticker: string): Promise<number>
  /**
   * Asks for a refresh because data was refused: the second within a day comes ten minutes after the first, each further one after twice
   * the time; `isDead`: once an hour. @returns 0, or how many seconds there is to wait
   */
  takeRefusalRefresh(now: number, isDead: boolean): Promise<number>
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

/** `rest`: the first bar whose indicators come in another put, if any do: the ticker goes on waiting for those. */
export type IndicatorPut = {
  readonly ticker: string
  readonly revision: number
  readonly rows: readonly IndicatorRow[]
  readonly rest?: number | undefined
}

/** The writer's side of the database. */
export type CandleStore = {
  /**
   * Stores the candles and moves coverage, all or nothing; returns one result for each ticker in the batch.
   * Fails with StoreUnavailable, StoreRejected, or StoreTimedOut when it was too much at once.
   */
  ingest(batches: readonly CandleBatch[], asOf: number): Promise<readonly IngestResult[]>
  /**
   * Writes indicators of the revision that is still current. @returns the tickers whose revision has moved on: nothing of theirs was written.
   * Fails like `ingest`.
   */
  putIndicators(puts: readonly IndicatorPut[]): Promise<readonly string[]>
}

export type EventBus = {
  /** Fails with AwsUnavailable when the bus did not take every event. */
  publish(events: readonly PipelineEvent[]): Promise<void>
}

/** What only one may do at a time. Fails with StoreUnavailable. */
export type Leases = {
  /** @returns whether `holder` has the lease until `until`; it may take it again while it has it */
  takeLease(name: 'refresh' | 'redrive', holder: string, now: number, until: number): Promise<boolean>
  releaseLease(name: 'refresh' | 'redrive', holder: string): Promise<void>
}

/** What has to be published once. Fails with StoreUnavailable. */
export type Notices = {
  /** Claims the right to publish what `key` names. `taken`: somebody has claimed it and has not said that it is done. */
  claimNotice(key: string, now: number, until: number): Promise<'claimed' | 'taken' | 'published'>
  /** Published: nobody claims it again. A key `reauth-required:<outage>` also marks the outage as announced. */
  markPublished(key: string, now: number): Promise<void>
}

/** The token's side of the database: never the token itself. Fails with StoreUnavailable. */
export type TokenBook = {
  tokenState(): Promise<TokenState>
  /**
   * This version of the secret is dead. Opens an outage, or returns the one that is open; `opened` says which. The reason of an open
   * outage stays as it is. With `seen` fails with TokenBusy when another version has been proven since the verdict's evidence was read.
   */
  markDead(input: {
    readonly version: string
    readonly reason: OutageReason
    readonly now: number
    /** Since when there can have been no prices, if that is before `now`: an outage that opens has begun then. */
    readonly since?: number
    readonly seen?: Pick<TokenState, 'provenVersion'>
  }): Promise<{ readonly outage: Outage; readonly opened: boolean }>
  /** This version was proven by a data call and is current. Ends the open outage. `ended`: the outage that this call ended. */
  recordProven(input: ProvenToken): Promise<{ readonly ended: Outage | undefined; readonly state: TokenState }>
  /** The end of the newest stored candle of all, epoch milliseconds. */
  newestCandle(): Promise<number | undefined>
  countParked(outageId: string, count: number): Promise<void>
  countRedriven(outageId: string, count: number): Promise<void>
  outage(id: string): Promise<Outage | undefined>
  /** What an outage cost and what of it is made good, over these sessions. */
  recovery(input: {
    readonly outageId: string
    readonly tickers: readonly string[]
    readonly sessions: readonly Session[]
    readonly now: number
    /** Sessions that ended before are asked for only because of the outage. Without it none are. */
    readonly horizon?: number
  }): Promise<Recovery>
  markRestored(outageId: string, now: number): Promise<void>
  /** What became of the token, newest first. */
  tokenHistory(limit: number): Promise<readonly TokenHistoryEntry[]>
  /** Says how a part of the pipeline is doing, for those who look at it. No secret, no link. */
  putStatus(component: string, status: Readonly<Record<string, unknown>>, now: number): Promise<void>
}

export type ProvenToken = {
  readonly version: string
  readonly how: 'refresh' | 'login' | 'by_hand'
  readonly now: number
  readonly loggedInAt: number | undefined
  readonly accessExpiresAt: number
  readonly refreshExpiresAt: number | undefined
}

/** `at`: epoch milliseconds. */
export type TokenHistoryEntry = {
  readonly at: number
  readonly what: 'refresh' | 'login' | 'by_hand' | 'died'
  readonly version: string
  readonly outageId: string | undefined
}

/** Single-use states of a login, by their hashes. Fails with StoreUnavailable. */
export type LoginStates = {
  putState(input: {
    readonly stateHash: string
    readonly browserHash: string
    readonly subject: string
    readonly now: number
    readonly expiresAt: number
  }): Promise<void>
  /** Uses the state up if it is `taken`. `foreign`: it was made for another browser, and stays for that one. */
  takeState(input: { readonly stateHash: string; readonly browserHash: string; readonly now: number }): Promise<{
    readonly outcome: 'taken' | 'unknown' | 'used' | 'expired' | 'foreign'
    /** What the ticket was for; undefined when the state is unknown. */
    readonly subject: string | undefined
  }>
}
