import { TokenUnreadable } from '../domain/errors.ts'
import type { Log } from '../domain/log-events.ts'
import { parseToken, type Token } from '../domain/token.ts'
import type { SecretVersion } from '../ports.ts'

/** A version of the secret as a token. */
export type StoredToken = { readonly versionId: string; readonly token: Token }

/** Reads a version; `token` is undefined when it holds none that can be renewed. */
export const readVersion = (
  { versionId, value }: SecretVersion,
  log: Log,
): { readonly versionId: string; readonly token: Token | undefined } => {
  try {
    const token = parseToken(value)
    if (token.accessExpiresAt === 0) log('token_missing_expiration', { versionId })
    return { versionId, token }
  } catch (error) {
    if (!(error instanceof TokenUnreadable)) throw error
    log('token_invalid', { versionId, message: error.message })
    return { versionId, token: undefined }
  }
}
