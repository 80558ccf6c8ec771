import { beforeEach, describe, expect, it } from 'vitest'
import { html } from '../../functions/reauth/pages/html.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { TICKET_LIFE } from '../../shared/token/ticket.ts'
import { LOGGED_IN_AT, memoryLoginSite, NOW } from '../fakes/memory-login-site.ts'

type Site = Awaited<ReturnType<typeof memoryLoginSite>>
let site: Site
beforeEach(async () => {
  site = await memoryLoginSite()
})

const show = async (ticket: string, more = ''): Promise<string> => (await site.visit({ path: `/reauth?ticket=${ticket}${more}` })).body
const titleOf = (body: string): string => /<title>(.*) – alpha-kite<\/title>/.exec(body)?.[1] ?? ''
const proveAnew = (version: string, at: number) =>
  site.book.recordProven({ version, how: 'login', now: at, loggedInAt: at, accessExpiresAt: at, refreshExpiresAt: undefined })

describe('the page of a link', () => {
  it('says what to do without a ticket', async () => {
    const { body } = await site.visit({ path: '/reauth' })
    expect(titleOf(body)).toBe('Open the link of your mail')
    expect(body).toContain('kite reauth')
    expect(body).not.toContain('<form')
  })

  it.each(['forged', 'b3V0YWdlOm91dGFnZS0x.AAAA', ''])('refuses the ticket "%s"', async (ticket) => {
    await site.die()
    expect(await show(ticket)).not.toContain('<form')
  })

  it.each([
    ['for two weeks', -1, 200],
    ['not a moment longer, though the outage lasts', 0, 410],
  ])('opens %s', async (_name, moment, status) => {
    const ticket = await site.die()
    site.time.now += TICKET_LIFE + moment
    const answer = await site.visit({ path: `/reauth?ticket=${ticket}` })
    expect(answer.statusCode).toBe(status)
    expect(answer.body.includes('<form')).toBe(status === 200)
    const pressed = await site.visit({ method: 'POST', path: '/reauth', form: { ticket } })
    expect(pressed.statusCode).toBe(status === 200 ? 303 : 410)
    if (status !== 200) {
      expect(answer.body).toContain('good for two weeks')
      expect(answer.body).toContain('kite reauth --link')
      expect(site.logged).toContainEqual({ event: 'ticket_refused', fields: { reason: 'ended' } })
    }
  })

  it('says until when its link is good', async () => {
    expect(await show(await site.die())).toContain('good until Tuesday, March 24, 12:00 New York time')
    expect(await show(site.ticketOf(`login:${LOGGED_IN_AT}`))).toContain('good until Tuesday, March 24')
  })

  it('refuses a signed ticket of an outage that nobody knows', async () => {
    const answer = await site.visit({ path: `/reauth?ticket=${site.ticketOf('outage:gone')}` })
    expect(answer.statusCode).toBe(404)
    expect(site.logged).toContainEqual({ event: 'ticket_refused', fields: { reason: 'unknown' } })
  })

  it('shows since when and why the feed has stopped, and one button', async () => {
    const body = await show(await site.die())
    expect(titleOf(body)).toBe('The price feed has stopped: log in at Schwab')
    expect(body).toContain('Tuesday, March 10, 12:00 New York time')
    expect(body.match(/<button/g)).toHaveLength(1)
    expect(body).toContain('Log in at Schwab</button>')
  })

  it('changes nothing, however often it is read', async () => {
    const ticket = await site.die()
    const before = JSON.stringify([site.book.look(), await site.secret.current(), await site.secret.pending()])
    for (let reads = 0; reads < 3; reads++) {
      const answer = await site.visit({ path: `/reauth?ticket=${ticket}` })
      expect(answer.cookies).toEqual([])
    }
    expect(JSON.stringify([site.book.look(), await site.secret.current(), await site.secret.pending()])).toBe(before)
    expect(site.schwab.exchanges).toEqual([])
  })

  it('follows the recovery by itself and without a script, unless it is told not to', async () => {
    const ticket = await site.die()
    site.time.now += 2 * HOUR
    await proveAnew('version-new', site.time.now)
    const body = await show(ticket)
    // Two tickers, two hours and a half since the open, nothing read.
    expect(titleOf(body)).toMatch(/^Catching up: [\d,]+ minutes missing$/)
    expect(body).toContain(`<meta http-equiv="refresh" content="3;url=/reauth?ticket=${ticket}"`)
    expect(body).toContain('aria-live="polite"')
    expect(body).not.toContain('<form')
    expect(await show(ticket, '&refresh=off')).not.toContain('http-equiv="refresh"')
  })

  it('says "complete, 0 missing" when nothing is missing', async () => {
    const ticket = await site.die()
    site.time.now += HOUR
    await proveAnew('version-new', site.time.now)
    expect(await show(ticket)).not.toContain('complete, 0 missing')
    await site.book.markRestored('outage-1', site.time.now + HOUR)
    const body = await show(ticket)
    expect(body).toContain('complete, 0 missing')
    expect(body).toContain('Tuesday, March 10, 14:00 New York time')
    expect(body).not.toContain('http-equiv="refresh"')
  })

  it('offers an early login while the stored one lives', async () => {
    const body = await show(site.ticketOf(`login:${LOGGED_IN_AT}`))
    expect(titleOf(body)).toBe('Log in now and nothing stops')
    expect(body).toContain('Monday, March 16, 12:00 New York time')
    expect(body).toContain('<button')
  })

  it('says that an early login is done', async () => {
    await proveAnew('version-new', NOW)
    const body = await show(site.ticketOf(`login:${LOGGED_IN_AT}`))
    expect(titleOf(body)).toBe('Done: the new login works')
    expect(body).toContain('Tuesday, March 17, 12:00 New York time')
    expect(body).not.toContain('<form')
  })

  it('leads from the warning to the outage, should that have come first', async () => {
    await site.die()
    expect(titleOf(await show(site.ticketOf(`login:${LOGGED_IN_AT}`)))).toBe('The price feed has stopped: log in at Schwab')
  })

  it('has no button for the old link of a login that another has followed, though that one has died', async () => {
    await proveAnew('version-new', NOW)
    await site.book.markDead({ version: 'version-new', reason: 'reauth_required', now: NOW + HOUR })
    const ticket = site.ticketOf(`login:${LOGGED_IN_AT}`)
    expect(await show(ticket)).not.toContain('<form')
    const answer = await site.visit({ method: 'POST', path: '/reauth', form: { ticket } })
    expect(answer.headers?.['location']).toBe(`/reauth?ticket=${ticket}`)
    expect(titleOf(await show(site.ticketOf(`login:${NOW}`)))).toBe('The price feed has stopped: log in at Schwab')
  })

  it('says when a login is stored and waits for its proof', async () => {
    const ticket = await site.die()
    const { value } = await site.secret.current()
    const file = JSON.parse(value) as { creation_timestamp: number }
    await site.secret.putPending(JSON.stringify({ ...file, creation_timestamp: NOW / 1000 + 60 }))
    const body = await show(ticket)
    expect(titleOf(body)).toBe('Your login is stored, but not yet proven')
    expect(body).toContain('http-equiv="refresh"')
    site.time.now += HOUR
    expect(titleOf(await show(ticket))).toBe('The price feed has stopped: log in at Schwab')
  })

  it('does not call a login unproven that Schwab has refused market data', async () => {
    const { versionId, value } = await site.secret.current()
    const { outage } = await site.book.markDead({ version: versionId, reason: 'entitlement', now: NOW })
    const file = JSON.parse(value) as { creation_timestamp: number }
    await site.secret.putPending(JSON.stringify({ ...file, creation_timestamp: NOW / 1000 + 60 }))
    expect(titleOf(await show(site.ticketOf(`outage:${outage.id}`)))).toBe('The price feed has stopped: Schwab refuses market data')
  })

  it('takes a refreshed token that was left over for no login', async () => {
    const ticket = await site.die()
    await site.secret.putPending((await site.secret.current()).value)
    expect(titleOf(await show(ticket))).toBe('The price feed has stopped: log in at Schwab')
  })
})

describe('markup', () => {
  it('escapes what is put into it', () => {
    expect(html`<p title="${'"&'}">${"<b>'"}${3}${undefined}${[html`<i>${'<'}</i>`]}</p>`.markup).toBe(
      '<p title="&quot;&amp;">&lt;b&gt;&#39;3<i>&lt;</i></p>',
    )
  })
})
