import { parseBrought } from './brought-json.ts'
import { BroughtUnreadable } from './brought-text.ts'
import { TokenUnreadable } from './errors.ts'
import { HOUR } from './time.ts'
import { readTokenFile, type TokenFile } from './token-shapes.ts'

/** A refresh token dies so long after the login, whatever happens in between. @see https://developer.schwab.com */
export const REFRESH_TOKEN_LIFE = 7 * 24 * HOUR

/** The OAuth token as it is stored. Times are epoch milliseconds. */
export type Token = {
  readonly accessToken: string
  readonly refreshToken: string
  /** 0 when the stored token does not say: it is then taken as ended. */
  readonly accessExpiresAt: number
  /** When the person logged in; undefined when the stored token does not say. It is never guessed. */
  readonly loggedInAt: number | undefined
  /** Fields of the vendor that are kept as they came. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** A place for a token that could not be stored yet. */
export type Unsaved = { token: Token | undefined }

/**
 * Reads a stored token, or one that another tool wrote: see token-shapes.ts.
 * @throws TokenUnreadable saying what is wrong, never a value
 */
export const parseToken = (text: string): Token => {
  const { created, token } = read(text)
  // Whole seconds, as it is written: a token and what a refresh makes of it are of the same login.
  const loggedIn = inSeconds(created)
  const { access_token: accessToken, refresh_token: refreshToken = '', expires_at: expiresAt, ...rest } = token
  if (refreshToken === '') {
    throw new TokenUnreadable(
      'the token has no refresh_token: it is a client-credentials token, which cannot be renewed; log in at Schwab instead',
    )
  }
  return {
    accessToken,
    refreshToken,
    accessExpiresAt: (inSeconds(expiresAt) ?? 0) * 1000,
    loggedInAt: loggedIn === undefined ? undefined : Math.floor(loggedIn) * 1000,
    rest,
  }
}

/** The text to store: schwab-py's file shape, so that its users can share the secret. */
export const formatToken = (token: Token): string =>
  JSON.stringify({
    creation_timestamp: token.loggedInAt === undefined ? undefined : Math.floor(token.loggedInAt / 1000),
    token: {
      ...token.rest,
      access_token: token.accessToken,
      refresh_token: token.refreshToken,
      expires_at: Math.floor(token.accessExpiresAt / 1000),
    },
  })

/** A time in milliseconds is not guessed to be one: it counts as left out, as does every other that is beyond the year 5000. */
const inSeconds = (time: number | undefined): number | undefined => (time === undefined || time > 1e11 ? undefined : time)

/** When the refresh token dies, epoch milliseconds; undefined when nobody knows when the login was. */
export const refreshExpiresAt = ({ loggedInAt }: Pick<Token, 'loggedInAt'>): number | undefined =>
  loggedInAt === undefined ? undefined : loggedInAt + REFRESH_TOKEN_LIFE

const read = (text: string): TokenFile => {
  try {
    return readTokenFile(parsed(text))
  } catch (error) {
    if (!(error instanceof BroughtUnreadable)) throw error
    throw new TokenUnreadable(error.message)
  }
}

const parsed = (text: string): unknown => {
  try {
    return parseBrought(text)
  } catch (error) {
    if (!(error instanceof BroughtUnreadable)) throw error
    throw new BroughtUnreadable(error.kind, `the token ${error.message}`)
  }
}
