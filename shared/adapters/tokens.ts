import type { Log } from '../domain/log-events.ts'
import { MINUTE } from '../domain/time.ts'
import { formatToken, parseToken, type Token } from '../domain/token.ts'
import type { Clock, SecretVersions, TokenEndpoint, Tokens } from '../ports.ts'

export type TokensOptions = {
  readonly secret: SecretVersions
  readonly endpoint: TokenEndpoint
  readonly clock: Clock
  readonly log: Log
}

/** A token with less life than this is renewed first: a batch of calls has to fit into what is left. */
const ABOUT_TO_END = 2 * MINUTE
/** How long a token is used without looking whether the secret has changed. */
const KEEP = 5 * MINUTE

type Read = { readonly versionId: string; readonly token: Token; readonly readAt: number }

/**
 * The token in Secrets Manager, renewed when it is about to end. The versions of the secret are the truth: a new token is
 * stored as AWSPENDING and promoted only if nobody else has promoted one meanwhile; who loses uses the winner's.
 */
export const storedTokens = ({ secret, endpoint, clock, log }: TokensOptions): Tokens => {
  let known: Read | undefined
  let renewing: Promise<string> | undefined

  const read = async (): Promise<Read> => {
    const { versionId, value } = await secret.current()
    const token = parseToken(value)
    if (token.accessExpiresAt === 0) log('token_missing_expiration', { versionId })
    log('token_retrieved_successfully', { versionId })
    known = { versionId, token, readAt: clock() }
    return known
  }

  const renew = async (usable: (token: Token) => boolean): Promise<string> => {
    const current = await read()
    if (usable(current.token)) return current.token.accessToken
    const answer = await endpoint.refresh(current.token.refreshToken)
    const next: Token = {
      ...current.token,
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken ?? current.token.refreshToken,
      accessExpiresAt: clock() + (answer.expiresInSeconds ?? DEFAULT_LIFE_SECONDS) * 1000,
    }
    const pending = await secret.putPending(formatToken(next))
    if ((await secret.promote(pending, current.versionId)) === 'moved') return (await read()).token.accessToken
    log('schwab_authentication_successful', { versionId: pending })
    known = { versionId: pending, token: next, readAt: clock() }
    return next.accessToken
  }

  const renewOnce = (usable: (token: Token) => boolean): Promise<string> => {
    renewing ??= renew(usable).finally(() => (renewing = undefined))
    return renewing
  }

  const lives = (token: Token): boolean => token.accessExpiresAt - clock() > ABOUT_TO_END
  return {
    accessToken: () =>
      known !== undefined && lives(known.token) && clock() - known.readAt < KEEP
        ? Promise.resolve(known.token.accessToken)
        : renewOnce(lives),
    replaceRefused: async (refused) => {
      const usable = (token: Token): boolean => token.accessToken !== refused && lives(token)
      const token = await renewOnce(usable)
      // Who was already reading the secret for somebody else may not know of the refusal.
      return token === refused ? renewOnce(usable) : token
    },
  }
}

/** Schwab's access tokens live half an hour; said here for an answer that leaves it out. */
const DEFAULT_LIFE_SECONDS = 1800
