import { RefreshLimited } from '../domain/errors.ts'
import type { Outage } from '../domain/outage.ts'
import type { TokenDeps } from './token-deps.ts'

/** Has to be asked before a refresh. Fails with RefreshLimited or StoreUnavailable. */
export type RefreshPermit = () => Promise<void>

/** Nobody waits longer before asking again, seconds: a login or another token may have come meanwhile. */
const LONGEST_WAIT = 600

/**
 * A refresh for a token that has come to its end is always allowed: there are some sixty a day. One for the sake of refused data is
 * allowed seldom, over all processes: each makes a version of the secret, which takes no more than a hundred a day. One permit is good
 * for all that is tried in its turn.
 */
export const refreshPermit = (
  { isRefused, dead }: { readonly isRefused: boolean; readonly dead: Outage | undefined },
  { verdicts, clock }: Pick<TokenDeps, 'verdicts' | 'clock'>,
): RefreshPermit => {
  const isDead = dead?.reason === 'entitlement'
  let taken: Promise<void> | undefined
  const take = async (): Promise<void> => {
    const wait = await verdicts.takeRefusalRefresh(clock(), isDead)
    if (wait > 0)
      throw new RefreshLimited('data is refused, and a refresh was made for that lately', {
        retryAfterSeconds: Math.min(wait, LONGEST_WAIT),
      })
  }
  return () => (isRefused || isDead ? (taken ??= take()) : Promise.resolve())
}
