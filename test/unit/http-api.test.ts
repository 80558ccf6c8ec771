import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHttpApi, type HttpApi } from '../../local/http/http-api.ts'
import { matchRoute } from '../../local/http/match-route.ts'
import type { InvocationResult } from '../../local/runtime/runtime-api.ts'

const NOW = Date.parse('2019-02-12T15:00:00Z')
const ROUTES = ['GET /reauth', 'POST /reauth', 'GET /reauth/callback'].map((routeKey) => ({ routeKey, functionArn: 'arn:reauth' }))

describe('the HTTP API of the template', () => {
  let api: HttpApi
  let result: InvocationResult
  let events: Record<string, unknown>[]
  let answered: string[]
  beforeEach(async () => {
    events = []
    answered = []
    result = { ok: true, value: { statusCode: 200, body: 'hello' } }
    api = await startHttpApi({
      port: 0,
      clock: () => NOW,
      invoke: async (_arn, event) => {
        events.push(Object(event))
        return result
      },
      onAnswer: (path) => void answered.push(path),
    })
    api.serve(ROUTES)
  })
  afterEach(() => api.stop())

  it('hands the function an event of payload format 2.0', async () => {
    await fetch(`${api.url}/reauth?ticket=a.b%3D&x=1&x=2`, { headers: { cookie: 'login=abc; other=1', 'X-Two': 'b' } })
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'GET /reauth',
      rawPath: '/reauth',
      rawQueryString: 'ticket=a.b%3D&x=1&x=2',
      queryStringParameters: { ticket: 'a.b=', x: '1,2' },
      cookies: ['login=abc', 'other=1'],
      headers: { 'x-two': 'b' },
      isBase64Encoded: false,
      requestContext: {
        routeKey: 'GET /reauth',
        stage: '$default',
        timeEpoch: NOW,
        time: '12/Feb/2019:15:00:00 +0000',
        http: { method: 'GET', path: '/reauth', protocol: 'HTTP/1.1' },
      },
    })
    expect(events[0]).not.toHaveProperty('body')
    expect(events[0]?.['headers']).not.toHaveProperty('cookie')
  })

  it('encodes a form as API Gateway does, and hands on JSON as text', async () => {
    await fetch(`${api.url}/reauth`, { method: 'POST', body: new URLSearchParams({ ticket: 'a' }) })
    expect(events[0]).toMatchObject({ body: Buffer.from('ticket=a').toString('base64'), isBase64Encoded: true })
    await fetch(`${api.url}/reauth`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
    expect(events[1]).toMatchObject({ body: '{"a":1}', isBase64Encoded: false })
  })

  it('answers with what the function returned', async () => {
    const value = {
      statusCode: 302,
      headers: { location: 'http://schwab/login' },
      cookies: ['a=1; HttpOnly; Secure', 'b=2'],
      body: Buffer.from('moved').toString('base64'),
      isBase64Encoded: true,
    }
    result = { ok: true, value }
    const response = await fetch(`${api.url}/reauth`, { method: 'POST', redirect: 'manual' })
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([302, 'http://schwab/login', 'moved'])
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly; Secure', 'b=2'])
  })

  it('takes a value without a status for the body of a 200', async () => {
    result = { ok: true, value: { fine: true } }
    const response = await fetch(`${api.url}/reauth`)
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      200,
      'application/json',
      { fine: true },
    ])
  })

  it.each([
    ['fails', { ok: false, error: 'TypeError: secret thing' }],
    ['returns a status that is none', { ok: true, value: { statusCode: 'soon' } }],
  ] as const)('answers 500 and no word more when the function %s', async (_, given) => {
    result = given
    const response = await fetch(`${api.url}/reauth`)
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }])
  })

  it.each([
    ['GET', '/'],
    ['DELETE', '/reauth'],
    ['GET', '/reauth/'],
  ])('knows no route %s %s', async (method, path) => {
    expect((await fetch(`${api.url}${path}`, { method })).status).toBe(404)
    expect(events).toEqual([])
  })

  it('refuses a body above a megabyte', async () => {
    expect((await fetch(`${api.url}/reauth`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413)
    expect(events).toEqual([])
  })

  it('tells of each answer without its query', async () => {
    await fetch(`${api.url}/reauth/callback?code=C0.secret`)
    expect(answered).toEqual(['/reauth/callback'])
    expect(api.active()).toBe(0)
  })
})

describe('the routes of an HTTP API', () => {
  const route = (method: string, path: string, ...routeKeys: readonly string[]) =>
    matchRoute(
      routeKeys.map((routeKey) => ({ routeKey, functionArn: routeKey })),
      method,
      path,
    )

  it('give the fixed path before one with a parameter, the method before ANY, and $default last', () => {
    const all = ['$default', 'GET /{proxy+}', 'GET /a/{id}', 'ANY /a/b', 'GET /a/b']
    expect(route('GET', '/a/b', ...all)?.route.routeKey).toBe('GET /a/b')
    expect(route('PUT', '/a/b', ...all)?.route.routeKey).toBe('ANY /a/b')
    expect(route('GET', '/a/c', ...all)).toMatchObject({ route: { routeKey: 'GET /a/{id}' }, pathParameters: { id: 'c' } })
    expect(route('GET', '/x/y', ...all)).toMatchObject({ route: { routeKey: 'GET /{proxy+}' }, pathParameters: { proxy: 'x/y' } })
    expect(route('PUT', '/x', ...all)?.route.routeKey).toBe('$default')
  })
})
