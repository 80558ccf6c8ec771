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
    /** Windows older than the horizon: Schwab may have them no more. */
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
  }),
  /** Schwab does not know the symbol: it is left alone until then. */
  TickerQuarantined: z.object({ ticker: z.string(), until: Instant }),
} as const

export type EventType = keyof typeof EVENTS
/** An event for people and programs outside. */
export type PipelineEvent = {
  readonly [Type in EventType]: { readonly type: Type; readonly detail: Readonly<z.infer<(typeof EVENTS)[Type]>> }
}[EventType]
