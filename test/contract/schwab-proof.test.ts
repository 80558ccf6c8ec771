import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import type { EndpointAnswer } from '../../local/schwab/faults/fault.ts'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { schwabProof } from '../../shared/adapters/schwab-proof.ts'
import { startTestSchwab } from './schwab-simulator-setup.ts'

let simulator: SchwabSimulator
let token = ''
let logged = ''
beforeAll(async () => {
  ;({ schwab: simulator } = await startTestSchwab())
  token = simulator.control.logIn().access_token
})
afterAll(() => simulator.stop())
afterEach(() => {
  simulator.control.clearAll()
  logged = ''
})

const proof = (answer?: typeof fetch) =>
  schwabProof({
    baseUrl: simulator.url,
    fetch: answer ?? fetch,
    timeoutMs: PATIENCE_MS,
    log: (event, fields) => (logged += JSON.stringify({ event, ...fields })),
  })
const answering =
  (status: number, body: string, headers: Record<string, string> = {}): typeof fetch =>
  async () =>
    new Response(body, { status, headers })

describe('the proof of a token', () => {
  it('is one quote', async () => {
    const urls: string[] = []
    await proof((input, init) => {
      urls.push(new URL(new Request(input).url).pathname + new URL(new Request(input).url).search)
      return fetch(input, init)
    }).prove(token)
    expect(urls).toEqual(['/marketdata/v1/quotes?symbols=SPY&fields=quote'])
    expect(logged).not.toContain('schwab_call_failed')
  })

  it('fails for a token that Schwab does not know, and for an answer of 401, without a word of the token', async () => {
    await expect(proof().prove('I0.secret-token@')).rejects.toMatchObject({ code: 'ACCESS_REFUSED' })
    simulator.control.play({ fault: 'data-endpoint', answer: '401' })
    await expect(proof().prove(token)).rejects.toMatchObject({ code: 'ACCESS_REFUSED' })
    expect(logged).toContain('"endpoint":"quotes"')
    expect(logged).not.toMatch(/secret-token/)
    expect(logged).not.toContain(token)
  })

  it('passes though the market lacks the symbol', async () => {
    await proof(answering(200, '{"errors":{"invalidSymbols":["SPY"]}}')).prove(token)
  })

  it.each<[EndpointAnswer, string]>([
    ['429', 'RATE_LIMITED'],
    ['500', 'SCHWAB_UNAVAILABLE'],
    ['503', 'SCHWAB_UNAVAILABLE'],
    ['html-403', 'SCHWAB_UNAVAILABLE'],
    ['plain-404', 'SCHWAB_UNAVAILABLE'],
    ['fault', 'SCHWAB_UNAVAILABLE'],
    ['truncated', 'SCHWAB_UNAVAILABLE'],
  ])('says nothing about the token on %s', async (answer, code) => {
    simulator.control.play({ fault: 'data-endpoint', answer })
    await expect(proof().prove(token)).rejects.toMatchObject({ code })
  })

  it.each([
    [200, '<html>Access Denied</html>'],
    [200, '[]'],
    [200, ''],
    [400, '{"errors":[{"id":"x","status":"400"}]}'],
    [403, '<html>Access Denied</html>'],
  ])('nor on %s with %j', async (status, body) => {
    await expect(proof(answering(status, body)).prove(token)).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
  })
})
