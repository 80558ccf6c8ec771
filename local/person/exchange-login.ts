import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { formatToken } from '../../shared/domain/token.ts'
import { LOCAL_APP } from '../local-app.ts'

/**
 * A login at the simulated Schwab without the pipeline's pages, as a Python tool on the same machine does it.
 * @returns the token in schwab-py's file shape
 */
export const exchangeLogin = async (schwabUrl: string, clock: () => number): Promise<string> => {
  const code = await allow(schwabUrl)
  const endpoint = schwabTokenEndpoint({ baseUrl: schwabUrl, appKey: LOCAL_APP.key, appSecret: LOCAL_APP.secret, fetch, timeoutMs: 10_000 })
  const answer = await endpoint.exchangeCode(code, LOCAL_APP.redirectUri)
  return formatToken({
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken ?? '',
    accessExpiresAt: clock() + (answer.expiresInSeconds ?? 0) * 1000,
    loggedInAt: clock(),
    rest: { token_type: 'Bearer', scope: 'api', ...(answer.idToken !== undefined && { id_token: answer.idToken }) },
  })
}

/** What Schwab answers an application that logs in by itself, without a person: a token that cannot be renewed. */
export const clientCredentials = async (schwabUrl: string): Promise<string> => {
  const response = await fetch(`${schwabUrl}/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${LOCAL_APP.key}:${LOCAL_APP.secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return response.text()
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
