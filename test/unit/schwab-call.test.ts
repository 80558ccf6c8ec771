import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import { callSchwab, type SchwabPurpose } from '../../shared/adapters/schwab-call.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'

const logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[] = []
const called = () => logged.filter(({ event }) => event === 'schwab_called').map(({ fields }) => fields)

const call = (answer: typeof fetch, purpose?: SchwabPurpose, timeoutMs = PATIENCE_MS) =>
  callSchwab(
    { baseUrl: 'https://schwab', fetch: answer, timeoutMs, log: (event, fields) => void logged.push({ event, fields }) },
    'pricehistory',
    '/marketdata?symbol=QQQ',
    { headers: { authorization: 'Bearer secret-token' } },
    purpose,
  ).catch(() => undefined)
const answering = (status: number): typeof fetch => {
  return async () => new Response('secret body', { status })
}
const never: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('late', 'TimeoutError'))))

describe('a call to Schwab', () => {
  beforeEach(() => void logged.splice(0))
  afterEach(() => vi.useRealTimers())

  it.each([200, 302, 400, 401, 404, 429, 503])('is logged once with its status %i, and has failed unless that is 200', async (status) => {
    await call(answering(status))
    expect(called()).toEqual([{ endpoint: 'pricehistory', status, failed: status !== 200, latencyMs: expect.any(Number) }])
  })

  it('has status 0 and has failed when the connection breaks, also in the midst of the body', async () => {
    await call(() => Promise.reject(new TypeError('fetch failed')))
    await call(async () => new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) })))
    expect(called()).toMatchObject([
      { status: 0, failed: true },
      { status: 0, failed: true },
    ])
  })

  it('has status 0 and has failed when it is given up', async () => {
    await call(never, {}, 5)
    await call(never, { signal: AbortSignal.timeout(5) })
    expect(called()).toMatchObject([
      { status: 0, failed: true },
      { status: 0, failed: true },
    ])
  })

  it('takes real time, though the clock stands still', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
    vi.spyOn(performance, 'now').mockReturnValueOnce(1000).mockReturnValueOnce(1020)
    await call(answering(200))
    vi.restoreAllMocks()
    expect(called()[0]).toMatchObject({ latencyMs: 20 })
  })

  it('has the trace id of what it is made for, where there is one', async () => {
    await call(answering(200), { traceId: 'trace-1' })
    await call(answering(200))
    expect(called()[0]).toMatchObject({ traceId: 'trace-1' })
    expect(called()[1]).not.toHaveProperty('traceId')
  })

  it('is logged without its headers, its query or what came back (invariant 5)', async () => {
    await call(answering(503))
    expect(JSON.stringify(logged)).not.toMatch(/secret|symbol/)
  })
})
