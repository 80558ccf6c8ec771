import { AwsUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import { refreshExpiresAt, REFRESH_TOKEN_LIFE, type Token } from '../../shared/domain/token.ts'
import type { SecretVersion } from '../../shared/ports.ts'
import type { LoginDeps } from './login-deps.ts'
import type { LoginOutcome } from './login-outcome.ts'
import { proveLogin } from './prove-login.ts'
import { readableToken } from './readable-token.ts'
import { tellLogin } from './tell-login.ts'

/** A login that is kept as AWSPENDING. `before`: what was current before it, undefined before the first login. */
export type StoredLogin = { readonly versionId: string; readonly token: Token; readonly before: SecretVersion | undefined }

/** Others promote now and then, nobody does it all the time. */
const ATTEMPTS = 4

/** Proves the login, makes it current unless a better one has come, and says so. */
export const promoteLogin = async (deps: LoginDeps, login: StoredLogin): Promise<LoginOutcome> => {
  const { versionId, token } = login
  const proof = await proveLogin(deps, token.accessToken)
  if (proof === 'refused') return { outcome: 'no_market_data' }
  if (proof === 'no_answer') return { outcome: 'not_proven', versionId }
  if ((await makeCurrent(deps, login)) === 'superseded') return { outcome: 'superseded' }
  const now = deps.clock()
  const expiresAt = refreshExpiresAt(token) ?? now + REFRESH_TOKEN_LIFE
  return { outcome: 'completed', versionId, refreshExpiresAt: expiresAt, ...(await tellLogin(deps, { versionId, token, expiresAt, now })) }
}

/** A refresh may have made another version current since the login began: that one descends from the login before, and gives way. */
const makeCurrent = async (deps: LoginDeps, { versionId, token, before }: StoredLogin): Promise<'current' | 'superseded'> => {
  // The first version of a secret is current as soon as it is put.
  let base = before ?? (await deps.secret.current())
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (base.versionId === versionId) return 'current'
    if ((await deps.secret.promote(versionId, base.versionId)) === 'promoted') return 'current'
    base = await deps.secret.current()
    if (base.versionId !== versionId && (await isBetter(deps, base, token))) return 'superseded'
  }
  throw new AwsUnavailable('the current version of the secret has moved again and again: the login is kept as AWSPENDING')
}

/** Of a later login, or of this one and renewed since; and it works. */
const isBetter = async (deps: LoginDeps, other: SecretVersion, token: Token): Promise<boolean> => {
  const stored = readableToken(other.value)
  if (stored?.loggedInAt === undefined || stored.loggedInAt < (token.loggedInAt ?? 0)) return false
  return (await isProven(deps, other.versionId)) || (await proveLogin(deps, stored.accessToken)) === 'proven'
}

const isProven = async ({ book }: LoginDeps, versionId: string): Promise<boolean> => {
  try {
    return (await book.tokenState()).provenVersion === versionId
  } catch (error) {
    if (error instanceof StoreUnavailable) return false
    throw error
  }
}
