import type { AppSecret } from '../adapters/app-secret.ts'
import { ClientRefused } from '../domain/errors.ts'
import type { TokenEndpoint } from '../ports.ts'
import { requireTimeToExchange } from '../domain/time-to-finish.ts'
import { timeLeft } from './time-left.ts'

/** The application at Schwab. */
export type SchwabApp = Pick<AppSecret, 'schwabAppKey' | 'schwabAppSecret'>

/** Before the application counts as refused, its credentials are read again: they may have been corrected a moment ago. */
export const rereadingEndpoint = (
  app: SchwabApp & { readonly reread: () => Promise<SchwabApp> },
  endpointOf: (app: SchwabApp) => TokenEndpoint,
): TokenEndpoint => {
  let known: SchwabApp = app
  const ask = async <Answer>(call: (endpoint: TokenEndpoint) => Promise<Answer>): Promise<Answer> => {
    const used = known
    try {
      return await call(endpointOf(used))
    } catch (error) {
      if (!(error instanceof ClientRefused)) throw error
      known = await app.reread()
      if (known.schwabAppKey === used.schwabAppKey && known.schwabAppSecret === used.schwabAppSecret) throw error
      requireTimeToExchange({ timeLeft })
      return call(endpointOf(known))
    }
  }
  return {
    refresh: (refreshToken) => ask((endpoint) => endpoint.refresh(refreshToken)),
    exchangeCode: (code, redirectUri) => ask((endpoint) => endpoint.exchangeCode(code, redirectUri)),
  }
}
