import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../shared/domain/errors.ts'
import { memoryLoginSite, type Visit } from '../fakes/memory-login-site.ts'

const VISITS: readonly (readonly [string, number, Visit])[] = [
  ['no ticket', 200, { path: '/reauth' }],
  ['a bad ticket', 404, { path: '/reauth?ticket=a.b' }],
  ['a bad callback', 400, { path: '/reauth/callback?code=c&state=s' }],
  ['another path', 404, { path: '/constructor' }],
  ['another method', 405, { method: 'HEAD', path: '/reauth' }],
  ['a method that is a property of every object', 405, { method: 'constructor', path: '/reauth' }],
  ['a post to the callback', 405, { method: 'POST', path: '/reauth/callback', form: {} }],
]

describe('every answer of the login site', () => {
  it.each(VISITS)('is not stored, framed or referred from: %s', async (_, status, visit) => {
    const answer = await (await memoryLoginSite()).visit(visit)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-type': 'text/html; charset=utf-8',
    })
    expect(answer.headers).not.toHaveProperty('strict-transport-security')
  })

  it('allows the style that it has and nothing else', async () => {
    const { body, headers } = await (await memoryLoginSite()).visit({ path: '/reauth' })
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = String(headers?.['content-security-policy'])
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      'img-src data:',
      `style-src 'sha256-${hash}'`,
      "form-action 'self' https://api.schwabapi.com https://*.schwabapi.com https://*.schwab.com",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    expect(body).not.toMatch(/<script|\sstyle=|\son\w+=/)
  })

  it('leaves a form to the simulator alone, where that is Schwab', async () => {
    const site = await memoryLoginSite({ schwabUrl: 'http://127.0.0.1:4010' })
    const { headers } = await site.visit({ path: '/reauth' })
    expect(headers?.['content-security-policy']).toContain("form-action 'self' http://127.0.0.1:4010;")
  })

  it('asks for https only where it came by https', async () => {
    const { headers } = await (await memoryLoginSite()).visit({ path: '/reauth', headers: { 'x-forwarded-proto': 'https' } })
    expect(headers?.['strict-transport-security']).toBe('max-age=31536000')
  })

  it('names the methods that a path has', async () => {
    const { headers } = await (await memoryLoginSite()).visit({ method: 'PUT', path: '/reauth' })
    expect(headers?.['allow']).toBe('GET, POST')
  })

  it('says nothing of a bug but that there was one', async () => {
    const fails = {
      tokenState: () => Promise.reject(new TypeError('inner text')),
      outage: () => Promise.reject(new TypeError('inner text')),
    }
    const site = await memoryLoginSite()
    const ticket = await site.die()
    const broken = await memoryLoginSite({ book: { ...site.book, ...fails } })
    const answer = await broken.visit({ path: `/reauth?ticket=${ticket}` })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('inner text')
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' })
    expect(broken.logged).toContainEqual({ event: 'lambda_failed', fields: { error: 'TypeError', frames: expect.any(Array) } })
    expect(JSON.stringify(broken.logged)).not.toContain('inner text')
  })

  it('tells people to come back when the database does not answer', async () => {
    const site = await memoryLoginSite()
    const ticket = await site.die()
    const down = { ...site.book, outage: () => Promise.reject(new StoreUnavailable('down')) }
    const answer = await (await memoryLoginSite({ book: down })).visit({ path: `/reauth?ticket=${ticket}` })
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } })
  })
})
