import { schwabTokenEndpoint } from '../shared/adapters/schwab-token-endpoint.ts'
import { HOUR } from '../shared/domain/time.ts'
import { formatToken, parseToken, REFRESH_TOKEN_LIFE } from '../shared/domain/token.ts'

/** The registered application of the simulated Schwab, and the account that its owner has there. */
export const LOCAL_APP = { key: 'local-app-key', secret: 'local-app-secret', redirectUri: 'https://127.0.0.1:8182' }

export type PersonOptions = {
  readonly schwabUrl: string
  readonly clock: () => number
  /** The stored token's text, or undefined before the first. */
  readonly readToken: () => Promise<string | undefined>
  readonly storeToken: (text: string) => Promise<void>
}

/** The simulated owner of the account, who logs in again when little of the refresh token's life is left. */
export type Person = {
  /** Logs in if there is no token, or if its refresh token ends within 24 hours. @returns whether a login was needed */
  readonly look: () => Promise<boolean>
}

export const person = (options: PersonOptions): Person => {
  let endsAt: number | undefined
  return {
    look: async () => {
      endsAt ??= endOf(await options.readToken())
      if (endsAt - options.clock() > 24 * HOUR) return false
      await logIn(options)
      endsAt = options.clock() + REFRESH_TOKEN_LIFE
      return true
    },
  }
}

const endOf = (text: string | undefined): number => {
  if (text === undefined) return 0
  try {
    return (parseToken(text).loggedInAt ?? 0) + REFRESH_TOKEN_LIFE
  } catch {
    return 0
  }
}

const logIn = async ({ schwabUrl, clock, storeToken }: PersonOptions): Promise<void> => {
  const code = await allow(schwabUrl)
  const endpoint = schwabTokenEndpoint({ baseUrl: schwabUrl, appKey: LOCAL_APP.key, appSecret: LOCAL_APP.secret, fetch, timeoutMs: 10_000 })
  const answer = await endpoint.exchangeCode(code, LOCAL_APP.redirectUri)
  await storeToken(
    formatToken({
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken ?? '',
      accessExpiresAt: clock() + (answer.expiresInSeconds ?? 0) * 1000,
      loggedInAt: clock(),
      rest: { token_type: 'Bearer', scope: 'api' },
    }),
  )
}

/** Opens the login page, presses Allow, and reads the code from where the browser would be sent. */
const allow = async (schwabUrl: string): Promise<string> => {
  const form = { client_id: LOCAL_APP.key, redirect_uri: LOCAL_APP.redirectUri, response_type: 'code', state: 'local', decision: 'allow' }
  const response = await fetch(`${schwabUrl}/v1/oauth/authorize`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })
  await response.body?.cancel()
  const code = new URL(response.headers.get('location') ?? 'about:blank').searchParams.get('code')
  if (code === null) throw new Error(`the login page answered ${response.status} and gave no code`)
  return code
}
