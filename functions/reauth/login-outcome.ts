/** How a login ended. What is not here is a failure that throws: AWS or the database did not answer, or a bug. */
export type LoginOutcome =
  | {
      readonly outcome: 'completed'
      readonly versionId: string
      /** The outage that this login ended. */
      readonly outageId: string | undefined
      /** Epoch milliseconds. */
      readonly refreshExpiresAt: number
      /** False: the database did not answer. The keeper finds the token within a minute and says so. */
      readonly recorded: boolean
      /** False: nobody was told yet. The keeper does it within a minute. */
      readonly published: boolean
    }
  /** A later login, proven as well, was stored meanwhile: nothing is left to do. */
  | { readonly outcome: 'superseded' }
  /**
   * It is another Schwab account than the one stored, or nobody can tell. Kept beside it, not used: `finishStoredLogin` does that once a
   * person has agreed.
   */
  | { readonly outcome: 'other_account'; readonly account: 'other' | 'unknown'; readonly versionId: string }
  /** Kept beside the current token: Schwab's data service does not answer. The keeper goes on trying. */
  | { readonly outcome: 'not_proven'; readonly versionId: string }
  /** Schwab refuses market data with it: the app lacks the product. The token before it stays. */
  | { readonly outcome: 'no_market_data' }
  /** The code was expired, used or not made for this address. */
  | { readonly outcome: 'code_refused' }
  /** Schwab does not accept the app's key or secret. */
  | { readonly outcome: 'client_refused' }
  | { readonly outcome: 'no_refresh_token' }
  /** Schwab did not answer the exchange. */
  | { readonly outcome: 'schwab_unavailable' }
  /** The secret takes no version, so the code was not used. */
  | { readonly outcome: 'secret_full' }
  /** What was kept has given way to another: log in again. */
  | { readonly outcome: 'displaced' }
