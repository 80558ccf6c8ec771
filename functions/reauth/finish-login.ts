import { ClientRefused, GrantRefused, RateLimited, SchwabUnavailable, SecretFull } from '../../shared/domain/errors.ts'
import { tokenOfLogin } from '../../shared/domain/next-token.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { compareAccounts } from '../../shared/domain/token-account.ts'
import type { TokenAnswer } from '../../shared/ports.ts'
import { requireRoom } from '../../shared/token/require-room.ts'
import { tokenSaver } from '../../shared/token/save-token.ts'
import { requireTimeToExchange } from '../../shared/domain/time-to-finish.ts'
import { currentOrNone, heldToken } from './held-token.ts'
import { holdingRefresh } from './hold-refresh.ts'
import type { LoginDeps } from './login-deps.ts'
import type { LoginOutcome } from './login-outcome.ts'
import { promoteLogin } from './promote-login.ts'

/**
 * The end of a login: exchanges the code, keeps the token beside the current one, proves it by a data call, makes it current, says so.
 * A working token is never replaced by a worse one. Fails with OutOfTime, AwsUnavailable,
 * TokenUnreadable or StoreRejected.
 */
export const finishLogin = (
  deps: LoginDeps,
  { code, redirectUri }: { readonly code: string; readonly redirectUri: string },
): Promise<LoginOutcome> =>
  holdingRefresh(deps, async () => {
    // Before the exchange: it kills the refresh token that is stored, and must not do so while nothing can be stored.
    const before = await currentOrNone(deps.secret)
    if (!(await hasRoom(deps))) return told(deps, { outcome: 'secret_full' })
    const answer = await exchange(deps, code, redirectUri)
    if ('outcome' in answer) return told(deps, answer)
    if (!answer.refreshToken) return told(deps, { outcome: 'no_refresh_token' })
    const token = tokenOfLogin(answer, deps.clock())
    // First of all it has to be safe: the login has killed the refresh token before it.
    const versionId = await tokenSaver(deps).save(token)
    // The first login of all takes nobody's place.
    const account = before === undefined ? 'same' : compareAccounts(token, await heldToken(deps.secret))
    if (account !== 'same') return told(deps, { outcome: 'other_account', account, versionId })
    return told(deps, await promoteLogin(deps, { versionId, token, before }))
  })

/** A login that was kept beside the current token shall be used after all: it is another account, and a person agreed. */
export const finishStoredLogin = (deps: LoginDeps, versionId: string): Promise<LoginOutcome> =>
  holdingRefresh(deps, async () => {
    const [pending, before] = await Promise.all([deps.secret.pending(), currentOrNone(deps.secret)])
    if (before?.versionId === versionId) return { outcome: 'superseded' }
    if (pending?.versionId !== versionId) return told(deps, { outcome: 'displaced' })
    return told(deps, await promoteLogin(deps, { versionId, token: parseToken(pending.value), before }))
  })

const exchange = async (deps: LoginDeps, code: string, redirectUri: string): Promise<TokenAnswer | LoginOutcome> => {
  requireTimeToExchange(deps)
  try {
    return await deps.endpoint.exchangeCode(code, redirectUri)
  } catch (error) {
    if (error instanceof GrantRefused) return { outcome: 'code_refused' }
    if (error instanceof ClientRefused) return { outcome: 'client_refused' }
    if (error instanceof SchwabUnavailable || error instanceof RateLimited) return { outcome: 'schwab_unavailable' }
    throw error
  }
}

const hasRoom = async (deps: LoginDeps): Promise<boolean> => {
  try {
    await requireRoom(deps)
    return true
  } catch (error) {
    if (error instanceof SecretFull) return false
    throw error
  }
}

const told = ({ log }: LoginDeps, outcome: LoginOutcome): LoginOutcome => {
  if (outcome.outcome === 'completed') log('login_completed', outcome)
  else log('login_refused', { reason: outcome.outcome })
  return outcome
}
