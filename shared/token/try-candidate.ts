import { AccessRefused, ClientRefused, GrantRefused, PipelineError } from '../domain/errors.ts'
import { refreshedToken } from '../domain/next-token.ts'
import type { OutageReason } from '../domain/outage.ts'
import type { TokenAnswer } from '../ports.ts'
import type { KeepLease } from './refresh-lease.ts'
import type { RefreshPermit } from './refresh-permit.ts'
import { requireRoom } from './require-room.ts'
import { type Save } from './save-token.ts'
import { spendProof } from './spend-proof.ts'
import type { StoredToken } from './stored-token.ts'
import { requireTimeToExchange } from '../domain/time-to-finish.ts'
import type { TokenDeps } from './token-deps.ts'

export type Verdict = Exclude<OutageReason, 'unusable_token'>
/** What a refresh is asked for and made with, in this order: `permit`, `keep`, `save`. */
export type RefreshMeans = { readonly permit: RefreshPermit; readonly keep: KeepLease; readonly save: Save }
/** Proven by a data call, or refused on the evidence of an HTTP answer. */
export type Trial = { readonly proven: StoredToken; readonly refreshed: boolean } | { readonly refused: Verdict }

/**
 * Tries whether a token works: by its access token where that may still live, else by refreshing it. What a refresh gives is stored as
 * AWSPENDING before anything else is done with it.
 * Fails without a verdict with SchwabUnavailable, RateLimited, BudgetSpent, TokenBusy, RefreshLimited, SecretFull, OutOfTime, StoreUnavailable
 * or AwsUnavailable.
 */
export const tryCandidate = async (
  candidate: StoredToken,
  mayLive: boolean,
  { save, permit, keep }: RefreshMeans,
  deps: TokenDeps,
): Promise<Trial> => {
  if (mayLive && (await isGoodForData(candidate, deps))) return { proven: candidate, refreshed: false }
  await permit()
  await requireRoom(deps)
  await keep()
  requireTimeToExchange(deps)
  const answer = await refresh(candidate.token.refreshToken, deps)
  if ('refused' in answer) return answer
  const token = refreshedToken(candidate.token, answer, deps.clock())
  const stored = { versionId: await save(token), token }
  return (await isGoodForData(stored, deps)) ? { proven: stored, refreshed: true } : { refused: 'entitlement' }
}

const isGoodForData = async ({ versionId, token }: StoredToken, deps: TokenDeps): Promise<boolean> => {
  try {
    await spendProof(token.accessToken, deps)
    deps.log('schwab_authentication_successful', { versionId })
    return true
  } catch (error) {
    if (error instanceof AccessRefused) return false
    throw error
  }
}

const refresh = async (refreshToken: string, { endpoint, log }: TokenDeps): Promise<TokenAnswer | { readonly refused: Verdict }> => {
  try {
    return await endpoint.refresh(refreshToken)
  } catch (error) {
    if (error instanceof PipelineError) log('token_refresh_failed', { error: error.code })
    if (error instanceof GrantRefused) return { refused: 'reauth_required' }
    if (error instanceof ClientRefused) return { refused: 'configuration' }
    throw error
  }
}
