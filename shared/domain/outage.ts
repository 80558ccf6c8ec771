/**
 * Why a token is dead.
 * `reauth_required`: Schwab refused the refresh token. `entitlement`: a data call was refused with a token minted seconds ago.
 * `configuration`: Schwab refused the application's key or secret. `unusable_token`: what was stored by hand is no token that can be renewed.
 */
export const OUTAGE_REASONS = ['reauth_required', 'entitlement', 'configuration', 'unusable_token'] as const
export type OutageReason = (typeof OUTAGE_REASONS)[number]

/** From a token's death until every minute since is stored. Times are epoch milliseconds. */
export type Outage = {
  readonly id: string
  readonly reason: OutageReason
  readonly startedAt: number
  /** The version of the secret that died last in it. */
  readonly deadVersion: string
  readonly announcedAt: number | undefined
  /** When a proven token was stored again. */
  readonly reauthorizedAt: number | undefined
  /** When nothing was missing any more. */
  readonly restoredAt: number | undefined
  readonly parked: number
  readonly redriven: number
}

/** What the database knows of the token. Dead means: the current version of the secret is `deadVersion`. */
export type TokenState = {
  readonly deadVersion: string | undefined
  /** The version that was last proven by a data call. Another one that is current was put by hand, or by somebody who died before saying so. */
  readonly provenVersion: string | undefined
  readonly loggedInAt: number | undefined
  /** When a login, a token put by hand or the end of an outage was last recorded. */
  readonly newsAt: number | undefined
  /** Outages that are not restored, oldest first. At most the newest has no `reauthorizedAt`. */
  readonly outages: readonly Outage[]
}

/** How much of what an outage cost is still to be made good. */
export type Recovery = {
  /** Minutes of sessions since its beginning, over all tickers, that have not been read again. */
  readonly missing: number
  /** Closed sessions, over all tickers, that two agreeing reads have not proven complete yet. */
  readonly unproven: number
  /** Candles stored for the time of the outage. */
  readonly backfilled: number
  /** Sessions, over all tickers, of which Schwab had nothing, or nothing more, to give. */
  readonly unfetchable: number
}
