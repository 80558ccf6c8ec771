import { createApiClient, EnhancedTokenManager, type SchwabApiClient } from '@sudowealth/schwab-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { APP, MARKET, REDIRECT_URI, sessionOn, startTestSchwab, type TestClock } from './schwab-simulator-setup.ts'

/** What a person does who opens this very link and presses Allow. */
const allow = async (authUrl: string): Promise<URL> => {
  const page = await fetch(authUrl)
  expect(page.status).toBe(200)
  const asked = new URL(authUrl)
  const form = new URLSearchParams(asked.searchParams)
  form.set('decision', 'allow')
  const response = await fetch(`${asked.origin}${asked.pathname}`, { method: 'POST', redirect: 'manual', body: form })
  return new URL(response.headers.get('location') ?? 'about:blank')
}

describe('a client that we did not write, at the simulator', () => {
  let schwab: SchwabSimulator
  let clock: TestClock
  let auth: EnhancedTokenManager
  let client: SchwabApiClient

  beforeAll(async () => {
    ;({ schwab, clock } = await startTestSchwab())
    auth = new EnhancedTokenManager({
      clientId: APP.key,
      clientSecret: APP.secret,
      redirectUri: REDIRECT_URI,
      issuerBaseUrl: `${schwab.url}/v1`,
      fetch,
      maxRetryAttempts: 1,
      initialRetryDelayMs: 1,
    })
    client = createApiClient({
      auth,
      config: { baseUrl: schwab.url },
      middleware: { retry: { maxAttempts: 1, baseDelayMs: 1 }, rateLimit: { maxRequests: 1000, windowMs: 60_000 } },
    })
  })
  afterAll(() => schwab.stop())

  it('logs in by its own link, in the form it sends the code', async () => {
    const { authUrl } = await auth.getAuthorizationUrl()
    const back = await allow(authUrl)
    expect(back.searchParams.get('code')).toMatch(/@$/)
    const token = await auth.exchangeCode(back.searchParams.get('code') ?? '', back.searchParams.get('state') ?? '')
    expect(token.accessToken).toMatch(/^I0\./)
    expect(token.refreshToken).not.toBe('')
  })

  it('reads the price history that the market has', async () => {
    const { opensAt } = sessionOn('2026-03-10')
    const history = await priceHistory('QQQ', opensAt, opensAt + 10 * 60_000)
    const inWindow = history.candles
      .map(({ datetime, close }) => ({ at: new Date(datetime ?? 0).getTime(), close }))
      .filter(({ at }) => at >= opensAt && at < opensAt + 10 * 60_000)
    expect(inWindow.map(({ at, close }) => [at, close])).toEqual(
      MARKET.bars('QQQ', opensAt, opensAt + 10 * 60_000).map(({ at, close }) => [at, close]),
    )
    expect(inWindow.length).toBeGreaterThan(5)
  })

  it('refreshes its token', async () => {
    const before = await auth.getAccessToken()
    const after = await auth.refreshIfNeeded({ force: true })
    expect(after.accessToken).not.toBe(before)
    await expect(priceHistory('QQQ', clock.now - 600_000, clock.now)).resolves.toMatchObject({ symbol: 'QQQ' })
  })

  it.each([
    ['a token that has ended', () => schwab.control.play({ fault: 'data-endpoint', answer: '401' }), 'UNAUTHORIZED'],
    ['an outage', () => schwab.control.play({ fault: 'data-endpoint', answer: '500' }), 'SERVER_ERROR'],
    ['too many requests', () => schwab.control.play({ fault: 'data-endpoint', answer: '429' }), 'RATE_LIMIT'],
  ])('knows the error of %s', async (_name, arrange, code) => {
    arrange()
    const asked = priceHistory('QQQ', clock.now - 600_000, clock.now).finally(() => schwab.control.clearAll())
    await expect(asked).rejects.toMatchObject({ code })
  })

  it('knows the error of an unknown symbol', async () => {
    await expect(priceHistory('NOSUCH', clock.now - 600_000, clock.now)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is told that its refresh token is dead', async () => {
    schwab.control.play({ fault: 'revoke-refresh' })
    await expect(auth.refreshIfNeeded({ force: true })).rejects.toMatchObject({ name: 'SchwabAuthError', status: 400 })
  })

  const priceHistory = (symbol: string, startDate: number, endDate: number) =>
    client.marketData.priceHistory.getPriceHistory({
      queryParams: { symbol, periodType: 'day', frequencyType: 'minute', frequency: 1, startDate, endDate, needExtendedHoursData: false },
    })
})
