import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import type { EndpointAnswer } from '../../local/schwab/faults/fault.ts'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import { sessionOn, startTestSchwab } from './schwab-simulator-setup.ts'

const { opensAt } = sessionOn('2026-03-10')
const window = { from: opensAt, to: opensAt + 600_000 }
const never = new AbortController().signal
const logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[] = []
const log = (event: LogEvent, fields?: LogFields): void => void logged.push({ event, fields })

let simulator: SchwabSimulator
let token = ''
beforeAll(async () => {
  ;({ schwab: simulator } = await startTestSchwab())
  token = simulator.control.logIn().access_token
})
afterAll(() => simulator.stop())
afterEach(() => {
  simulator.control.clearAll()
  logged.length = 0
})

const ask = (options: { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly fetch?: typeof fetch } = {}) =>
  schwab({ baseUrl: simulator.url, fetch: options.fetch ?? fetch, timeoutMs: options.timeoutMs ?? PATIENCE_MS, log }).priceHistory(
    'QQQ',
    window,
    token,
    { signal: options.signal ?? never, traceId: 'trace' },
  )
const answering = (status: number, body: string, headers: Record<string, string> = {}): typeof fetch => {
  return async () => new Response(body, { status, headers })
}
const envelope = (status: number) => JSON.stringify({ errors: [{ id: 'x', status, title: 'x' }] })

describe('the price history of Schwab', () => {
  it('is asked for with both bounds and the regular session only', async () => {
    const urls: string[] = []
    await ask({
      fetch: (input, init) => {
        urls.push(new Request(input).url)
        return fetch(input, init)
      },
    })
    expect(Object.fromEntries(new URL(urls[0] ?? '').searchParams)).toEqual({
      symbol: 'QQQ',
      periodType: 'day',
      frequencyType: 'minute',
      frequency: '1',
      startDate: String(window.from),
      endDate: String(window.to),
      needExtendedHoursData: 'false',
      needPreviousClose: 'false',
    })
  })

  it.each<[EndpointAnswer, string]>([
    ['401', 'ACCESS_REFUSED'],
    ['429', 'RATE_LIMITED'],
    ['500', 'SCHWAB_UNAVAILABLE'],
    ['503', 'SCHWAB_UNAVAILABLE'],
    ['upstream-timeout', 'SCHWAB_UNAVAILABLE'],
    ['html-403', 'SCHWAB_UNAVAILABLE'],
    ['plain-404', 'SCHWAB_UNAVAILABLE'],
    ['fault', 'SCHWAB_UNAVAILABLE'],
    ['truncated', 'SCHWAB_UNAVAILABLE'],
  ])('fails on %s with %s, and logs it without the token', async (answer, code) => {
    simulator.control.play({ fault: 'data-endpoint', answer })
    const failure = await ask().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code })
    expect(String(failure)).not.toContain(token)
    expect(logged.map(({ event }) => event)).toEqual(['schwab_called', 'schwab_call_failed'])
    expect(logged[1]?.fields).toMatchObject({ endpoint: 'pricehistory' })
    expect(JSON.stringify(logged)).not.toContain(token)
  })

  it('logs the status and the id for support of a failure', async () => {
    simulator.control.play({ fault: 'data-endpoint', answer: '503' })
    await ask().catch(() => undefined)
    expect(logged[1]?.fields).toMatchObject({ status: 503, correlId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })

  it.each<EndpointAnswer>(['hang', 'slow'])('gives up on %s after its time-out, or when its caller does', async (answer) => {
    simulator.control.play({ fault: 'data-endpoint', answer })
    await expect(ask({ timeoutMs: 30 })).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE', message: expect.stringContaining('in time') })
    await expect(ask({ signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      code: 'SCHWAB_UNAVAILABLE',
      message: expect.stringContaining('caller'),
    })
  })

  it('is empty, without an error, when Schwab says so', async () => {
    simulator.control.play({ fault: 'data-endpoint', answer: 'empty' })
    expect(await ask()).toEqual([])
  })

  it('tells a wrong request and an unknown symbol from an outage by the envelope', async () => {
    const cases: readonly (readonly [number, string, string])[] = [
      [400, envelope(400), 'REQUEST_REJECTED'],
      [400, '<html>Bad Request</html>', 'SCHWAB_UNAVAILABLE'],
      [404, envelope(404), 'UNKNOWN_SYMBOL'],
      [404, '{"errors":[]}', 'SCHWAB_UNAVAILABLE'],
      [404, '', 'SCHWAB_UNAVAILABLE'],
      [200, '{"candles":[{"open":NaN}]}', 'SCHWAB_UNAVAILABLE'],
      [200, '{"fault":{"faultstring":"x"}}', 'SCHWAB_UNAVAILABLE'],
      [302, '', 'SCHWAB_UNAVAILABLE'],
    ]
    for (const [status, body, code] of cases)
      await expect(ask({ fetch: answering(status, body) }), `${status} ${body}`).rejects.toMatchObject({ code })
  })

  it('passes broken bars on, so that one does not cost the others', async () => {
    const body = '{"candles":[null,7,{"open":null,"high":"NaN","extra":1},{"datetime":1,"open":2}],"symbol":"QQQ","empty":false}'
    expect(await ask({ fetch: answering(200, body) })).toEqual([{}, {}, { open: null, high: 'NaN', extra: 1 }, { datetime: 1, open: 2 }])
  })

  it.each([
    ['17', 17],
    ['1.2', 2],
    ['86400', 600],
    ['Tue, 10 Mar 2026 16:00:30 GMT', 30],
    ['Tue, 10 Mar 2026 15:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ])('reads Retry-After %j as %s seconds', async (header, retryAfterSeconds) => {
    const clock = () => Date.parse('2026-03-10T16:00:00Z')
    const client = schwab({ baseUrl: 'https://api.example', fetch: answering(429, '', { 'retry-after': header }), timeoutMs: 1000, clock })
    await expect(client.priceHistory('QQQ', window, 'x', { signal: never })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds,
    })
  })

  it('is unavailable when nobody listens', async () => {
    const failing: typeof fetch = async () => {
      throw new TypeError('fetch failed')
    }
    await expect(ask({ fetch: failing })).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
  })
})
