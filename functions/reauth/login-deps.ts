import type { TokenBook, TokenEndpoint } from '../../shared/ports.ts'
import type { TokenDeps } from '../../shared/token/token-deps.ts'

/** What the end of a login depends on. */
export type LoginDeps = Pick<
  TokenDeps,
  'secret' | 'proof' | 'notices' | 'leases' | 'budget' | 'limits' | 'events' | 'holder' | 'clock' | 'pause' | 'timeLeft' | 'unsaved' | 'log'
> & {
  readonly endpoint: Pick<TokenEndpoint, 'exchangeCode'>
  readonly book: Pick<TokenBook, 'tokenState' | 'recordProven'>
}
