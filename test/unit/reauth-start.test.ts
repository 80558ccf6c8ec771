import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '../../shared/domain/time.ts'
import { TICKET_LIFE } from '../../shared/token/ticket.ts'
import { LOGGED_IN_AT, memoryLoginSite, NOW } from '../fakes/memory-login-site.ts'

type Site = Awaited<ReturnType<typeof memoryLoginSite>>
let site: Site
beforeEach(async () => {
  site = await memoryLoginSite()
})

const press = (ticket: string, headers = {}) => site.visit({ method: 'POST', path: '/reauth', form: { ticket }, headers })

describe('the button', () => {
  it('leads to Schwab, with the way back from the configuration and not from the request', async () => {
    const answer = await press(await site.die(), { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com' })
    const url = new URL(String(answer.headers?.['location']))
    expect(answer.statusCode).toBe(303)
    expect(url.origin + url.pathname).toBe('https://api.schwabapi.com/v1/oauth/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'the-key',
      redirect_uri: 'https://reauth.example.org/reauth/callback',
      response_type: 'code',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
    })
  })

  it('keeps only hashes of the state and of what it gives to the browser', async () => {
    const put: unknown[] = []
    site = await memoryLoginSite({ states: { ...site.book, putState: async (input) => void put.push(input) } })
    const answer = await press(await site.die())
    const state = new URL(String(answer.headers?.['location'])).searchParams.get('state') ?? ''
    const cookie = /^__Host-kite-login=([\w-]{43}); HttpOnly; Secure; SameSite=Lax; Path=\/; Max-Age=3600$/.exec(
      answer.cookies?.[0] ?? '',
    )?.[1]
    const hash = (text = '') => createHash('sha256').update(text).digest('base64url')
    expect(put).toEqual([
      {
        stateHash: hash(state),
        browserHash: hash(cookie),
        subject: `outage:outage-1@${NOW + TICKET_LIFE}`,
        now: NOW,
        expiresAt: NOW + 10 * MINUTE,
      },
    ])
    expect(cookie).not.toBe(state)
  })

  it('makes a new state for each press and lets the browser keep its cookie', async () => {
    const ticket = await site.die()
    const [first, second] = [await press(ticket), await press(ticket)]
    expect(second.cookies).toEqual(first.cookies)
    expect(second.headers?.['location']).not.toBe(first.headers?.['location'])
  })

  it('does not take over a cookie that is not of its making', async () => {
    const ticket = await site.die()
    const answer = await site.visit({ method: 'POST', path: '/reauth', form: { ticket }, cookie: '__Host-kite-login=short' })
    expect(answer.cookies?.[0]).toMatch(/^__Host-kite-login=[\w-]{43};/)
  })

  it.each(['', 'forged.AAAA'])('does nothing with the ticket "%s"', async (ticket) => {
    await site.die()
    expect(await press(ticket)).toMatchObject({ statusCode: 404, cookies: [] })
  })

  it('does nothing with a body that is no form', async () => {
    const ticket = await site.die()
    const answer = await site.visit({ method: 'POST', path: '/reauth', form: { ticket }, headers: { 'content-type': 'text/plain' } })
    expect(answer.statusCode).toBe(404)
  })

  it('shows the progress instead when the outage has ended', async () => {
    const ticket = await site.die()
    await site.book.recordProven({
      version: 'version-new',
      how: 'by_hand',
      now: NOW,
      loggedInAt: NOW,
      accessExpiresAt: NOW,
      refreshExpiresAt: NOW,
    })
    expect(await press(ticket)).toMatchObject({ statusCode: 303, headers: { location: `/reauth?ticket=${ticket}` }, cookies: [] })
  })

  it('works for a login that only ends soon', async () => {
    const answer = await press(site.ticketOf(`login:${LOGGED_IN_AT}`))
    expect(answer.headers?.['location']).toContain('https://api.schwabapi.com/v1/oauth/authorize?')
  })
})
