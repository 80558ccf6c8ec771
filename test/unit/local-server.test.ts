import { request } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocalServer, startLocalServer } from '../../local/http/local-server.ts'

describe('a server of the stack', () => {
  let servers: Readonly<Record<'pages' | 'programs', LocalServer>>
  let handled: number

  beforeEach(async () => {
    handled = 0
    const handle = (_: unknown, response: { readonly end: (text: string) => void }): void => {
      handled++
      response.end('ok')
    }
    const start = (admits: 'pages' | 'programs') => startLocalServer({ port: 0, admits, handle })
    servers = { pages: await start('pages'), programs: await start('programs') }
  })
  afterEach(async () => {
    for (const server of Object.values(servers)) await server.stop()
  })

  const ask = async (admits: 'pages' | 'programs', method: string, headers: Record<string, string>): Promise<number> => {
    const { url, port } = servers[admits]
    const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(port))]))
    const [response] = await once(request(url, { method, headers: own }).end(), 'response')
    response.resume()
    return Number(response.statusCode)
  }

  it.each(['127.0.0.1:PORT', 'localhost:PORT', '[::1]:PORT'])('answers programs that call it %s', async (host) => {
    expect([await ask('programs', 'POST', { host }), await ask('pages', 'GET', { host })]).toEqual([200, 200])
  })

  it.each(['rebound.example', 'rebound.example:PORT', '127.0.0.1.example', 'localhost.example:PORT'])(
    'refuses a browser that was led here by the name "%s"',
    async (host) => {
      expect([await ask('programs', 'GET', { host }), await ask('pages', 'GET', { host })]).toEqual([403, 403])
      expect(handled).toBe(0)
    },
  )

  it('takes what its own page sends, and nothing of another origin', async () => {
    const own = { host: '127.0.0.1:PORT', origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'same-origin' }
    expect(await ask('pages', 'POST', own)).toBe(200)
    // What the login page sends, which has no referrer.
    expect(await ask('pages', 'POST', { ...own, origin: 'null' })).toBe(200)
    expect(await ask('pages', 'POST', { host: own.host, origin: 'null' })).toBe(403)
    expect(await ask('programs', 'POST', { host: own.host, origin: 'http://localhost:1' })).toBe(403)
    for (const origin of ['https://elsewhere.example', 'http://127.0.0.1:1', 'http://localhost:PORT', 'https://127.0.0.1:PORT', 'null']) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'PUT', 'DELETE'])
        for (const admits of ['pages', 'programs'] as const)
          expect(await ask(admits, method, { host: own.host, 'sec-fetch-site': 'cross-site', origin })).toBe(403)
    }
    expect(handled).toBe(2)
  })

  it('refuses images, scripts and frames of another page, which come without an origin', async () => {
    const host = '127.0.0.1:PORT'
    for (const site of ['cross-site', 'same-site'])
      for (const [mode, dest] of [
        ['no-cors', 'image'],
        ['no-cors', 'script'],
        ['navigate', 'iframe'],
        ['no-cors', 'empty'],
      ] as const)
        for (const admits of ['pages', 'programs'] as const)
          expect(await ask(admits, 'GET', { host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest })).toBe(403)
    expect(handled).toBe(0)
  })

  it('lets a person follow a link to a page, and to nothing else', async () => {
    const link = { host: '127.0.0.1:PORT', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect([await ask('pages', 'GET', link), await ask('pages', 'POST', link), await ask('programs', 'GET', link)]).toEqual([200, 403, 403])
  })
})
