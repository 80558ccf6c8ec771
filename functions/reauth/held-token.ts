import { TokenUnreadable } from '../../shared/domain/errors.ts'
import type { Token } from '../../shared/domain/token.ts'
import type { SecretVersion, SecretVersions } from '../../shared/ports.ts'
import { readableToken } from './readable-token.ts'

type Read = Pick<SecretVersions, 'current' | 'previous'>

/** The token that is used so far: the current one, or the one before it where what is current is no token. Fails with AwsUnavailable. */
export const heldToken = async (secret: Read): Promise<Token | undefined> => {
  const current = await currentOrNone(secret)
  if (current === undefined) return undefined
  return readableToken(current.value) ?? readableToken((await secret.previous())?.value ?? '')
}

/** Before the first login the secret has no version. */
export const currentOrNone = async (secret: Pick<SecretVersions, 'current'>): Promise<SecretVersion | undefined> => {
  try {
    return await secret.current()
  } catch (error) {
    if (error instanceof TokenUnreadable) return undefined
    throw error
  }
}
