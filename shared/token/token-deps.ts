import type { Log } from '../domain/log-events.ts'
import type { Unsaved } from '../domain/token.ts'
import type {
  Clock,
  EventBus,
  Leases,
  Notices,
  RequestBudget,
  SecretVersions,
  TokenBook,
  TokenEndpoint,
  TokenProof,
  VerdictBook,
} from '../ports.ts'

/** What a mail about the token is made of, besides what the database knows. */
export type MailFacts = {
  /** Where people log in, without a path. */
  readonly reauthUrl: string
  readonly signingKey: string
  readonly tickers: readonly string[]
}

/** Everything that the token's life depends on. */
export type TokenDeps = {
  readonly secret: SecretVersions
  readonly endpoint: TokenEndpoint
  readonly proof: TokenProof
  readonly book: TokenBook
  readonly notices: Notices
  readonly leases: Leases
  readonly budget: Pick<RequestBudget, 'beginFetch'>
  readonly verdicts: Pick<VerdictBook, 'takeRefusalRefresh'>
  readonly limits: { readonly requestsPerMinute: number; readonly backfillPerMinute: number }
  readonly events: EventBus
  readonly mail: MailFacts
  /** Who holds the lease: no two instances have the same. */
  readonly holder: string
  readonly clock: Clock
  /** Real time passes, as long as the work of somebody else takes: milliseconds. */
  readonly pause: (ms: number) => Promise<void>
  /** Milliseconds until this process may be stopped. */
  readonly timeLeft: () => number
  /** A token that could not be stored yet: one place for each process, whatever is built anew in it. */
  readonly unsaved: Unsaved
  readonly log: Log
}
