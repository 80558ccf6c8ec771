import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import { type EndpointAnswer, Refusal } from '../../local/schwab/faults/fault.ts'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { APP, pressButton, REDIRECT_URI, startTestSchwab } from './schwab-simulator-setup.ts'

let simulator: SchwabSimulator
beforeAll(async () => {
  ;({ schwab: simulator } = await startTestSchwab())
})
afterAll(() => simulator.stop())
afterEach(() => simulator.control.clearAll())

type Change = { readonly fetch?: typeof fetch; readonly timeoutMs?: number; readonly appSecret?: string }
const endpoint = (change: Change = {}) =>
  schwabTokenEndpoint({ baseUrl: simulator.url, appKey: APP.key, appSecret: APP.secret, fetch, timeoutMs: PATIENCE_MS, ...change })
const answering =
  (status: number, body: string, headers: Record<string, string> = {}): typeof fetch =>
  async () =>
    new Response(body, { status, headers })

describe("Schwab's token endpoint", () => {
  it('exchanges the code of a login, which ends in @', async () => {
    const code = (await pressButton(simulator.url, 'allow')).searchParams.get('code') ?? ''
    const answer = await endpoint().exchangeCode(code, REDIRECT_URI)
    expect(answer).toEqual({
      accessToken: expect.stringMatching(/^I0\./),
      refreshToken: expect.stringMatching(/@$/),
      expiresInSeconds: 1800,
      idToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    })
    expect((await endpoint().refresh(answer.refreshToken ?? '')).refreshToken).toBe(answer.refreshToken)
    await expect(endpoint().exchangeCode(code, REDIRECT_URI)).rejects.toMatchObject({ code: 'GRANT_REFUSED' })
  })

  it.each(Refusal.options)('says that the refresh token itself is refused for the body %s', async (body) => {
    const { refresh_token: token } = simulator.control.logIn()
    simulator.control.play({ fault: 'revoke-refresh', body })
    const failure = await endpoint()
      .refresh(token)
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'GRANT_REFUSED', fate: 'retry' })
    expect(String(failure)).not.toContain(token)
  })

  it('blames the configuration when the key or secret is refused', async () => {
    const { refresh_token: token } = simulator.control.logIn()
    await expect(endpoint({ appSecret: 'wrong' }).refresh(token)).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
    expect((await endpoint().refresh(token)).accessToken).not.toBe('')
  })

  it.each<[EndpointAnswer, string]>([
    ['429', 'RATE_LIMITED'],
    ['500', 'SCHWAB_UNAVAILABLE'],
    ['503', 'SCHWAB_UNAVAILABLE'],
    ['upstream-timeout', 'SCHWAB_UNAVAILABLE'],
    ['html-403', 'SCHWAB_UNAVAILABLE'],
    ['plain-404', 'SCHWAB_UNAVAILABLE'],
    ['fault', 'SCHWAB_UNAVAILABLE'],
    ['hang', 'SCHWAB_UNAVAILABLE'],
    ['truncated', 'SCHWAB_UNAVAILABLE'],
    ['empty', 'SCHWAB_UNAVAILABLE'],
  ])('never declares a token dead for %s', async (answer, code) => {
    const { refresh_token: token } = simulator.control.logIn()
    simulator.control.play({ fault: 'token-endpoint', answer })
    await expect(endpoint({ timeoutMs: answer === 'hang' ? 30 : PATIENCE_MS }).refresh(token)).rejects.toMatchObject({ code })
  })

  it.each([
    ['HTML with 400', 400, '<html>Bad Request: refresh token</html>'],
    ['HTML with 401', 401, '<html>Unauthorized</html>'],
    ["a gateway's fault with 400", 400, '{"fault":{"faultstring":"Body buffer overflow"}}'],
    ["a gateway's fault with 401", 401, '{"fault":{"faultstring":"Unresolved variable"}}'],
    ['an empty 401', 401, ''],
    ['a known refusal with 500', 500, '{"error":"invalid_grant"}'],
  ])('nor for %s', async (_, status, body) => {
    await expect(endpoint({ fetch: answering(status, body) }).refresh('token')).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
  })

  it('takes numbers in text, and fields that are empty or missing as left out', async () => {
    const body = '{"access_token":"a","refresh_token":"","expires_in":"3600","id_token":null}'
    expect(await endpoint({ fetch: answering(200, body) }).refresh('r')).toEqual({ accessToken: 'a', expiresInSeconds: 3600 })
    for (const left of ['{"access_token":"a"}', '{"access_token":"a","expires_in":"soon"}', '{"access_token":"a","expires_in":null}']) {
      expect(await endpoint({ fetch: answering(200, left) }).refresh('r')).toEqual({ accessToken: 'a' })
    }
  })

  it('says nothing of a body that cannot be read', async () => {
    const failure = await endpoint({ fetch: answering(200, 'SECRET-TOKEN{') })
      .refresh('r')
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
    expect(failure).not.toHaveProperty('cause')
    expect(String(failure)).not.toContain('SECRET')
  })
})
