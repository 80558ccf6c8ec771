import { TokenUnreadable } from './errors.ts'
import type { Token } from './token.ts'

/** What a token endpoint says of a new token. */
type Answer = {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
  readonly expiresInSeconds?: number | undefined
  readonly idToken?: string | undefined
}

/** Schwab's access tokens live half an hour; said here for an answer that leaves it out. */
const DEFAULT_LIFE_SECONDS = 1800

/** The token after a refresh: what the answer leaves out stays, and so does the time of the login, which no refresh sets back. */
export const refreshedToken = (token: Token, answer: Answer, now: number): Token => ({
  ...token,
  ...minted(answer, now, token.rest),
  refreshToken: answer.refreshToken || token.refreshToken,
})

/**
 * The token of a login that has just happened.
 * @throws TokenUnreadable when the answer has no refresh token: such a token would end in half an hour for good
 */
export const tokenOfLogin = (answer: Answer, now: number): Token => {
  if (!answer.refreshToken) throw new TokenUnreadable('Schwab gave no refresh_token with the login: such a token cannot be renewed')
  return {
    ...minted(answer, now, { token_type: 'Bearer', scope: 'api' }),
    refreshToken: answer.refreshToken,
    // The file has whole seconds; what is stored elsewhere has to be the same moment.
    loggedInAt: Math.floor(now / 1000) * 1000,
  }
}

const minted = ({ accessToken, expiresInSeconds = DEFAULT_LIFE_SECONDS, idToken }: Answer, now: number, rest: Token['rest']) => ({
  accessToken,
  accessExpiresAt: now + expiresInSeconds * 1000,
  rest: { ...rest, expires_in: expiresInSeconds, ...(idToken && { id_token: idToken }) },
})
