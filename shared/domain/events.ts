import * as z from 'zod'
import { OUTAGE_REASONS } from './outage.ts'

const Instant = z.iso.datetime()
const Reason = z.enum(OUTAGE_REASONS)
const Count = z.int().nonnegative()
const Link = z.url()
/** The first fifty in the order of the configuration. */
const Tickers = z.array(z.string()).max(50)

const linked = {
  /** The page with the button. */
  link: Link,
  /** From then on the link says only that it has ended. */
  linkEndsAt: Instant,
  linkEndsAtText: z.string(),
}

const outage = {
  outageId: z.string(),
  /** When the token was found dead. */
  since: Instant,
  /** The same moment for a person: `Tuesday, February 12, 10:00 New York time`. */
  sinceText: z.string(),
  reason: Reason,
  /** Why, in plain words, and what to do. */
  why: z.string(),
  /** When the newest stored candle ended; left out before the first. */
  lastGoodCandle: Instant.optional(),
  lastGoodCandleText: z.string(),
  tickers: Tickers,
  tickerCount: Count,
  parkedJobs: Count,
  ...linked,
}

/** The detail of each event that the pipeline puts on its bus, by detail-type. Times are ISO 8601 with Z. */
export const EVENTS = {
  /** The token is dead: a person has to log in. One for each outage; a second with the same `outageId` only after a crash in the midst. */
  ReauthRequired: z.object(outage),
  /** Still dead: an hour after the death, and an hour before each session that would be hit. */
  ReauthReminder: z.object({
    ...outage,
    occasion: z.enum(['one_hour', 'before_open']),
    /** The next open of the market, for a person. */
    nextOpenText: z.string(),
  }),
  /** The refresh token dies soon. At 48, 24, 6 and 1 hours before, each once. */
  TokenExpiring: z.object({
    expiresAt: Instant,
    expiresAtText: z.string(),
    hoursLeft: z.union([z.literal(48), z.literal(24), z.literal(6), z.literal(1)]),
    /** Whether a session is open, or opens, before it could be noticed: within the day after the death. */
    sessionHit: z.boolean(),
    sessionHitText: z.string(),
    ...linked,
  }),
  /** A proven token is stored. `outageId` is left out when none was dead. */
  Reauthorized: z.object({
    outageId: z.string().optional(),
    how: z.enum(['login', 'by_hand', 'by_itself']),
    at: Instant,
    refreshExpiresAt: Instant,
    refreshExpiresAtText: z.string(),
  }),
  /** A token put by hand was of no use. `restored`: the one before it still works and is current again. */
  TokenRejected: z.object({ why: z.string(), restored: z.boolean(), at: Instant }),
  /** Parked jobs were sent back. `sentNotDeleted` of them will be seen twice, which does no harm. */
  RedriveCompleted: z.object({
    outageId: z.string().optional(),
    received: Count,
    folded: Count,
    sent: Count,
    deleted: Count,
    sentNotDeleted: Count,
    /** Windows older than 90 days: Schwab has them no more. */
    unrecoverable: z.array(z.object({ ticker: z.string(), date: z.iso.date() })).max(100),
  }),
  /** In session, no candle has come for so long, and it is not a dead token. */
  FeedStale: z.object({ since: Instant, sinceText: z.string(), freshnessSeconds: z.number(), tickerCount: Count }),
  /** Everything since the outage began is stored. */
  FeedRestored: z.object({
    outageId: z.string(),
    since: Instant,
    sinceText: z.string(),
    restoredAt: Instant,
    missing: z.literal(0),
    backfilled: Count,
    /** Tickers that were not waited for, because Schwab does not know them or refuses them. */
    setAside: Tickers,
    /** Sessions, over all tickers, of which Schwab had no candle, or no more candles, to give. */
    unfetchable: Count,
  }),
  /** All stored candles of the ticker are on the basis of after a split. `ratio`: new shares for an old one. */
  SplitApplied: z.object({ ticker: z.string(), date: z.iso.date(), ratio: z.number().positive(), noticedAt: Instant }),
  /** Schwab does not know the symbol, for long enough to be sure: nothing waits for it any more. It is still asked for, ever more seldom. */
  TickerUnknown: z.object({ ticker: z.string(), since: Instant, sinceText: z.string() }),
  /** Schwab answers 401 for this ticker, and not for others with the same token; the rest as for an unknown one. */
  TickerRefused: z.object({ ticker: z.string(), since: Instant, sinceText: z.string() }),
  /** In session no bar of this ticker comes, for longer than is usual for it, while others come. `since` is left out if there never was one. */
  TickerSilent: z.object({ ticker: z.string(), since: Instant.optional(), sinceText: z.string() }),
  /** A ticker that was set aside or silent is answered again. */
  TickerHeard: z.object({
    ticker: z.string(),
    after: z.enum(['unknown_symbol', 'refused_data', 'silence']),
    since: Instant,
    sinceText: z.string(),
  }),
  /** Schwab refuses every request for this day, and nobody has a candle of it: the exchange was probably closed. `line` belongs under `closures` in pipeline.yml. */
  DayReadAsClosed: z.object({ date: z.iso.date(), line: z.string() }),
  /** Schwab refuses this session of this ticker, and not that of others: nothing waits for it any more. */
  SessionRefused: z.object({ ticker: z.string(), date: z.iso.date() }),
  /** The secret takes no more versions until then: no token can be renewed and no login be finished. */
  SecretFull: z.object({ at: Instant, until: Instant, untilText: z.string() }),
} as const

export type EventType = keyof typeof EVENTS
/** An event for people and programs outside. */
export type PipelineEvent = {
  readonly [Type in EventType]: { readonly type: Type; readonly detail: Readonly<z.infer<(typeof EVENTS)[Type]>> }
}[EventType]
