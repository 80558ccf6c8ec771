import * as z from 'zod'
import { ClientRefused, GrantRefused, type PipelineError } from '../domain/errors.ts'
import type { TokenAnswer, TokenEndpoint } from '../ports.ts'
import { callSchwab, jsonOf, logFailure, type SchwabAnswer, type SchwabOptions } from './schwab-call.ts'
import { rateLimited, unavailable } from './schwab-refusals.ts'

export type SchwabTokenOptions = SchwabOptions & { readonly appKey: string; readonly appSecret: string }

const Text = z.string().min(1)
/** Fields that are empty or null count as left out. */
const TokenBody = z.object({
  access_token: Text,
  refresh_token: Text.optional().catch(undefined),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  id_token: Text.optional().catch(undefined),
})

/**
 * Schwab's OAuth token endpoint. Fails with GrantRefused when it refused the refresh token or the code itself, with
 * ClientRefused when it refused the application, else with RateLimited or SchwabUnavailable.
 */
export const schwabTokenEndpoint = (options: SchwabTokenOptions): TokenEndpoint => ({
  refresh: (refreshToken) => askForToken(options, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  exchangeCode: (code, redirectUri) => askForToken(options, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
})

const askForToken = async (options: SchwabTokenOptions, form: Readonly<Record<string, string>>): Promise<TokenAnswer> => {
  const credentials = Buffer.from(`${options.appKey}:${options.appSecret}`).toString('base64')
  const headers = { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const body = new URLSearchParams(form).toString()
  const answer = await callSchwab(options, 'token', '/v1/oauth/token', { method: 'POST', headers, body })
  const now = (options.clock ?? Date.now)()
  if (answer.status !== 200) throw failureOf(answer, now)
  const parsed = TokenBody.safeParse(jsonOf(answer.body))
  if (!parsed.success) {
    logFailure(options.log, answer, 'unreadable')
    throw unavailable(answer, 'with a body that is no token', now)
  }
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds, id_token: idToken } = parsed.data
  return { accessToken, refreshToken, expiresInSeconds, idToken }
}

const failureOf = (answer: SchwabAnswer, now: number): PipelineError => {
  if (answer.status === 429) return rateLimited(answer, now)
  if (answer.status === 400 || answer.status === 401) {
    if (isClientRefusal(answer))
      return new ClientRefused(`token: Schwab answered ${answer.status}: the application's key or secret is wrong`)
    if (isGrantRefusal(answer))
      return new GrantRefused(`token: Schwab answered ${answer.status}: it does not accept the refresh token or code`)
  }
  return unavailable(answer, 'as in an outage', now)
}

const OAuthError = z.looseObject({ error: z.string(), error_description: z.string().optional() })

/** The same `invalid_client` is also seen for an old refresh token, but then with another description. */
const isClientRefusal = ({ status, body }: SchwabAnswer): boolean => {
  const parsed = OAuthError.safeParse(jsonOf(body))
  return status === 401 && parsed.success && parsed.data.error === 'invalid_client' && parsed.data.error_description === 'Unauthorized'
}

const REFUSED_GRANT = /refresh_token_authentication_error|unsupported_token_type|invalid_grant|invalid_client|invalid_token|refresh token/i

/**
 * Only the endpoint's own word about the grant counts. Its JSON may be too badly quoted to parse, so known words are looked for
 * in the text; a 400 that is empty or plain text is a refusal too, but HTML or a gateway's JSON is not.
 */
const isGrantRefusal = ({ status, headers, body }: SchwabAnswer): boolean => {
  const isHtml = body.trimStart().startsWith('<') || (headers.get('content-type') ?? '').includes('html')
  if (isHtml) return false
  return REFUSED_GRANT.test(body) || (status === 400 && jsonOf(body) === undefined)
}
