import { ClientRefused, PipelineError } from '../domain/errors.ts'
import { MINUTE } from '../domain/time.ts'
import type { Clock, TokenEndpoint } from '../ports.ts'

/** The application at Schwab. */
export type Credentials = { readonly appKey: string; readonly appSecret: string }
export type WarmCredentials = {
  readonly known: () => Promise<Credentials>
  readonly reread: () => Promise<Credentials>
}

/** How long credentials are used without looking whether somebody has corrected them. */
const KEEP = 5 * MINUTE

/** Credentials of a function that stays warm for hours. What cannot be read anew stays as it was. */
export const warmCredentials = (first: Credentials, read: () => Promise<Credentials>, clock: Clock): WarmCredentials => {
  let kept = { credentials: first, readAt: clock() }
  const reread = async (): Promise<Credentials> => {
    try {
      kept = { credentials: await read(), readAt: clock() }
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
    }
    return kept.credentials
  }
  return { known: async () => (clock() - kept.readAt < KEEP ? kept.credentials : reread()), reread }
}

/** Before the application counts as refused, its credentials are read anew: they may have been corrected a moment ago. */
export const rereadingEndpoint = (credentials: WarmCredentials, endpointOf: (credentials: Credentials) => TokenEndpoint): TokenEndpoint => {
  const ask = async <Answer>(call: (endpoint: TokenEndpoint) => Promise<Answer>): Promise<Answer> => {
    const used = await credentials.known()
    try {
      return await call(endpointOf(used))
    } catch (error) {
      if (!(error instanceof ClientRefused)) throw error
      const { appKey, appSecret } = await credentials.reread()
      if (appKey === used.appKey && appSecret === used.appSecret) throw error
      return call(endpointOf({ appKey, appSecret }))
    }
  }
  return {
    refresh: (refreshToken) => ask((endpoint) => endpoint.refresh(refreshToken)),
    exchangeCode: (code, redirectUri) => ask((endpoint) => endpoint.exchangeCode(code, redirectUri)),
  }
}
