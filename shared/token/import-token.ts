import { AccessRefused, TokenBusy, TokenUnreadable } from '../domain/errors.ts'
import { refreshedToken } from '../domain/next-token.ts'
import type { Outage } from '../domain/outage.ts'
import { MINUTE } from '../domain/time.ts'
import { parseToken, type Token } from '../domain/token.ts'
import type { SecretVersions } from '../ports.ts'
import { recordProven } from './record-proven.ts'
import { underRefreshLease } from './refresh-lease.ts'
import { requireRoom } from './require-room.ts'
import { tokenSaver } from './save-token.ts'
import { proveForPerson } from './spend-proof.ts'
import type { StoredToken } from './stored-token.ts'
import { requireTimeToExchange } from '../domain/time-to-finish.ts'
import type { TokenDeps } from './token-deps.ts'

/** A token that is current now, and the outage that this ended. */
export type Adopted = StoredToken & { readonly ended: Outage | undefined }

/** With less life than this the file's access token is not worth a call. */
const ABOUT_TO_END = MINUTE
const ROUNDS = 3

/**
 * Makes the token of a file the current one, if it works: what is stored is not replaced by something worse. Whose account it is is not
 * asked, for a person has chosen the file.
 * Fails with TokenUnreadable, GrantRefused or AccessRefused when the file is of no use, with ClientRefused when the app's own key or secret
 * is not, and with TokenBusy, SchwabUnavailable, RateLimited, StoreUnavailable or AwsUnavailable when it has to be tried again.
 */
export const importToken = async (text: string, deps: TokenDeps): Promise<Adopted> => {
  const token = parseToken(text)
  return underRefreshLease(
    deps,
    async () => undefined,
    async () => {
      const { save } = tokenSaver(deps)
      const proven = await proveToken(token, save, deps)
      await makeCurrent(proven.versionId, deps.secret)
      return { ...proven, ended: (await recordProven(proven, 'by_hand', deps)).ended }
    },
  )
}

/** Proven, and stored as AWSPENDING: before the proof when a refresh made it, for then it may be the only one that lives. */
const proveToken = async (token: Token, save: (token: Token) => Promise<string>, deps: TokenDeps): Promise<StoredToken> => {
  if (token.accessExpiresAt - deps.clock() > ABOUT_TO_END && (await isGoodForData(token, deps)))
    return { versionId: await save(token), token }
  await requireRoom(deps)
  requireTimeToExchange(deps)
  const refreshed = refreshedToken(token, await deps.endpoint.refresh(token.refreshToken), deps.clock())
  const versionId = await save(refreshed)
  await proveForPerson(refreshed.accessToken, deps)
  deps.log('token_refresh_successful', { versionId })
  return { versionId, token: refreshed }
}

const isGoodForData = async (token: Token, deps: TokenDeps): Promise<boolean> => {
  try {
    await proveForPerson(token.accessToken, deps)
    return true
  } catch (error) {
    if (error instanceof AccessRefused) return false
    throw error
  }
}

/** In place of whatever is current: the person has decided. */
const makeCurrent = async (versionId: string, secret: SecretVersions): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) {
    if ((await secret.promote(versionId, await currentVersion(secret, versionId))) === 'promoted') return
  }
  throw new TokenBusy('the secret was changed by others meanwhile: try again')
}

/** A secret without a value has no current version: the first is compared with itself. */
const currentVersion = async (secret: SecretVersions, first: string): Promise<string> => {
  try {
    return (await secret.current()).versionId
  } catch (error) {
    if (error instanceof TokenUnreadable) return first
    throw error
  }
}
