import { type Answer, jsonAnswer, rawAnswer } from './answer.ts'
import type { Refusal } from './faults/fault.ts'
import type { SchwabFaults } from './faults/schwab-faults.ts'
import type { GrantBook, Issued } from './grants.ts'

export type AppCredentials = { readonly key: string; readonly secret: string }

type Context = { readonly app: AppCredentials; readonly grants: GrantBook; readonly faults: SchwabFaults }

/** `POST /v1/oauth/token`. @param authorization the header, @param form the decoded body */
export const answerToken = (context: Context, authorization: string | undefined, form: URLSearchParams): Answer => {
  const { key, secret } = context.app
  if (authorization !== `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`) {
    return jsonAnswer(401, { error: 'invalid_client', error_description: 'Unauthorized' })
  }
  const grantType = form.get('grant_type')
  if (grantType === 'authorization_code') return exchangeCode(context, form)
  if (grantType === 'refresh_token') return refresh(context, form.get('refresh_token') ?? '')
  if (grantType === 'client_credentials') {
    // The seconds come as text here, and there is nothing to refresh with.
    return jsonAnswer(200, {
      expires_in: '3600',
      token_type: 'Bearer',
      scope: 'api',
      access_token: context.grants.issueAccess(3_600_000, false),
    })
  }
  return jsonAnswer(400, { error: 'unsupported_grant_type', error_description: 'The grant type is not supported' })
}

const exchangeCode = ({ grants }: Context, form: URLSearchParams): Answer => {
  const issued = grants.redeemCode(form.get('code') ?? '', form.get('redirect_uri') ?? '')
  if (issued === undefined) {
    return jsonAnswer(400, {
      error: 'invalid_grant',
      error_description: 'The authorization code is invalid, expired, used or for another redirect_uri',
    })
  }
  return jsonAnswer(200, tokenBody(issued))
}

const refresh = ({ grants, faults }: Context, token: string): Answer => {
  const revoke = faults.play('revoke-refresh')
  if (revoke !== undefined) grants.revokeRefresh(revoke.body, token)
  const { refusal } = grants.findRefresh(token)
  if (refusal !== undefined) return REFUSALS[refusal]()
  const issued = grants.refresh(token, faults.play('rotate')?.mode ?? 'none', faults.play('refresh-ok-data-401') !== undefined)
  const body = tokenBody(issued)
  return jsonAnswer(200, {
    ...body,
    // JSON.stringify leaves out what is undefined.
    ...(faults.play('refresh-without-expiry') && { expires_in: undefined }),
    ...(faults.play('refresh-without-refresh-token') && { refresh_token: undefined }),
  })
}

/** The vendor's body of a login or refresh: no absolute times. */
export const tokenBody = (issued: Issued) => ({
  expires_in: 1800,
  token_type: 'Bearer',
  scope: 'api',
  refresh_token: issued.refreshToken,
  access_token: issued.accessToken,
  id_token: identityOf(issued.account),
})

const identityOf = (account: string): string =>
  [{ alg: 'none', typ: 'JWT' }, { sub: account, iss: 'schwab-simulator' }, 'unsigned']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

const INNER =
  '{"error_description":"Exception while authenticating refresh token [tokenDigest=simulated]","error":"refresh_token_authentication_error"}'

const REFUSALS: { readonly [Name in Refusal]: () => Answer } = {
  schwab: () => jsonAnswer(400, { error: 'unsupported_token_type', error_description: `400 Bad Request: "${INNER}"` }),
  'broken-json': () =>
    rawAnswer(400, 'application/json', `{"error":"unsupported_token_type","error_description":"400 Bad Request: "${INNER}""}`),
  'invalid-grant': () => jsonAnswer(400, { error: 'invalid_grant' }),
  'invalid-client-400': () => jsonAnswer(400, { error: 'invalid_client', error_description: 'Invalid refresh token' }),
  'invalid-client-401': () => jsonAnswer(401, { error: 'invalid_client', error_description: 'Invalid refresh token' }),
  empty: () => rawAnswer(400, 'application/json', ''),
  'not-json': () => rawAnswer(400, 'text/plain', 'Bad Request'),
}
