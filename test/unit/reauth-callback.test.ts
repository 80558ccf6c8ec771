import { beforeEach, describe, expect, it } from 'vitest'
import {
  AccessRefused,
  AwsUnavailable,
  ClientRefused,
  GrantRefused,
  type PipelineError,
  RateLimited,
  SchwabUnavailable,
  StoreUnavailable,
} from '../../shared/domain/errors.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { loginAnswer } from '../fakes/memory-login.ts'
import { LOGGED_IN_AT, memoryLoginSite, SIGNING_KEY } from '../fakes/memory-login-site.ts'

type Site = Awaited<ReturnType<typeof memoryLoginSite>>
let site: Site
let ticket: string
beforeEach(async () => {
  site = await memoryLoginSite()
  ticket = await site.die()
  site.schwab.issue('the-code', loginAnswer('new'))
})

const CODE = { code: 'the-code', session: 'x' }
const comeBack = async (query: Readonly<Record<string, string>> = CODE, cookie?: string | null) =>
  site.visit({ path: site.pathOf(await site.press(ticket), query), ...(cookie !== undefined && { cookie }) })
const titleOf = ({ body }: { readonly body: string }): string => /<title>(.*) – alpha-kite<\/title>/.exec(body)?.[1] ?? ''
const accessToken = async (): Promise<string> => {
  const file = JSON.parse((await site.secret.current()).value) as { readonly token: { readonly access_token: string } }
  return file.token.access_token
}
const refusals = () => site.logged.filter(({ event }) => event === 'login_refused').map(({ fields }) => fields['reason'])

describe('the way back from Schwab', () => {
  it('ends the outage and shows the progress', async () => {
    site.time.now += MINUTE
    const answer = await comeBack()
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: `/reauth?ticket=${ticket}` } })
    expect(await accessToken()).toBe('access-new')
    expect(site.schwab.exchanges).toEqual([{ code: 'the-code', redirectUri: 'https://reauth.example.org/reauth/callback' }])
    expect(site.book.outages()[0]).toMatchObject({ reauthorizedAt: site.time.now })
    expect((await site.visit({ path: `/reauth?ticket=${ticket}` })).body).toContain('Catching up')
  })

  it('lets both of two clicks lead to a login', async () => {
    const first = await site.press(ticket)
    const second = await site.press(ticket)
    expect((await site.visit({ path: site.pathOf(first, CODE) })).statusCode).toBe(303)
    site.schwab.issue('another', loginAnswer('newer'))
    site.time.now += MINUTE
    expect((await site.visit({ path: site.pathOf(second, { code: 'another' }) })).statusCode).toBe(303)
    expect(await accessToken()).toBe('access-newer')
  })

  it('says that the login was used when the person comes back to it', async () => {
    const callback = site.pathOf(await site.press(ticket), CODE)
    await site.visit({ path: callback })
    const again = await site.visit({ path: callback })
    expect(titleOf(again)).toBe('This login has been used already')
    expect(again.body).toContain('lasts until Tuesday, March 17')
    expect(again.body).toContain(`href="/reauth?ticket=${ticket}"`)
    expect(site.schwab.exchanges).toHaveLength(1)
  })

  it('offers a new login when the person comes back to one that failed', async () => {
    const callback = site.pathOf(await site.press(ticket), { code: 'wrong' })
    await site.visit({ path: callback })
    const again = await site.visit({ path: callback })
    expect(titleOf(again)).toBe('This login has been used already')
    expect(again.body).toContain('<button>Log in again')
    expect(site.schwab.exchanges).toHaveLength(1)
  })

  it('renews a login that only ends soon, without an outage', async () => {
    site = await memoryLoginSite()
    site.schwab.issue('the-code', loginAnswer('new'))
    ticket = site.ticketOf(`login:${LOGGED_IN_AT}`)
    const answer = await comeBack()
    expect(titleOf(await site.visit({ path: String(answer.headers?.['location']) }))).toBe('Done: the new login works')
    expect(site.events.published).toMatchObject([{ type: 'Reauthorized', detail: { how: 'login' } }])
    expect(site.events.published[0]?.detail).not.toHaveProperty('outageId')
  })
})

describe('a way back that exchanges nothing', () => {
  const expired = async () => {
    const callback = await site.press(ticket)
    site.time.now += 10 * MINUTE
    return site.visit({ path: site.pathOf(callback, CODE) })
  }
  it.each([
    ['Deny', () => comeBack({ error: 'access_denied' }), 'You pressed Deny at Schwab', 'button', 'denied'],
    ['another error', () => comeBack({ error: '<b>' }), 'Schwab sent an error instead of a login', 'button', 'vendor_error'],
    ['no code', () => comeBack({}), 'Schwab sent no login code', 'button', 'no_code'],
    ['an empty code', () => comeBack({ code: '' }), 'Schwab sent no login code', 'button', 'no_code'],
    ['an expired state', expired, 'That took more than ten minutes', 'button', 'state_expired'],
    ['no cookie', () => comeBack(CODE, null), 'This login was begun in another browser', 'mail', 'state_foreign'],
    [
      'the cookie of another browser',
      () => comeBack(CODE, `__Host-kite-login=${'x'.repeat(43)}`),
      'This login was begun in another browser',
      'mail',
      'state_foreign',
    ],
    [
      'Deny in another browser',
      () => comeBack({ error: 'access_denied' }, null),
      'This login was begun in another browser',
      'mail',
      'state_foreign',
    ],
    [
      'an unknown state',
      () => site.visit({ path: '/reauth/callback?code=the-code&state=x' }),
      'This login was not begun here',
      'mail',
      'state_unknown',
    ],
    ['no state', () => site.visit({ path: '/reauth/callback?code=the-code' }), 'This login was not begun here', 'mail', 'state_unknown'],
  ])('has a page for %s', async (_, come, title, next, reason) => {
    const answer = await come()
    expect(titleOf(answer)).toBe(title)
    // Nobody gets a ticket here who did not have one.
    if (next === 'button') expect(answer.body).toContain(`name="ticket" value="${ticket}"`)
    else expect(answer.body).not.toContain(ticket)
    expect(answer.body.includes('kite reauth')).toBe(next === 'mail')
    expect(answer.body).not.toContain('<b>')
    expect(refusals()).toEqual([reason])
    expect(site.schwab.exchanges).toEqual([])
    expect(await accessToken()).toBe('access-old')
  })

  it('leaves the state of another browser usable there', async () => {
    const callback = site.pathOf(await site.press(ticket), CODE)
    await site.visit({ path: callback, cookie: null })
    expect((await site.visit({ path: callback })).statusCode).toBe(303)
    expect(await accessToken()).toBe('access-new')
  })
})

describe('a login that fails', () => {
  const cases: readonly (readonly [string, PipelineError, string])[] = [
    ['code_refused', new GrantRefused('no'), 'The code from Schwab had expired, or was used'],
    ['client_refused', new ClientRefused('no'), 'Schwab does not accept the app’s key or secret'],
    ['schwab_unavailable', new SchwabUnavailable('no'), 'Schwab did not answer'],
    ['schwab_unavailable', new RateLimited('no'), 'Schwab did not answer'],
  ]
  it.each(cases)('is %s at the exchange: %s', async (reason, error, title) => {
    site.schwab.refuseExchange(error)
    const answer = await comeBack()
    expect(titleOf(answer)).toBe(title)
    expect(answer.body).toContain(`name="ticket" value="${ticket}"`)
    expect(refusals()).toEqual([reason])
    expect(await site.secret.pending()).toBeUndefined()
    expect(await accessToken()).toBe('access-old')
  })

  it('is refused without a refresh token', async () => {
    const { refreshToken: _, ...answer } = loginAnswer('new')
    site.schwab.issue('the-code', answer)
    expect(titleOf(await comeBack())).toBe('Schwab gave a login that cannot be renewed')
    expect(await site.secret.pending()).toBeUndefined()
    expect(site.schwab.proofs).toEqual([])
  })

  it('keeps the old token when the app has no access to market data, and marks nothing', async () => {
    const before = site.book.look()
    site.schwab.refuseProof(new AccessRefused('no'))
    const answer = await comeBack()
    expect(titleOf(answer)).toBe('The app has no access to market data')
    expect(answer.body).toContain('developer.schwab.com')
    expect(await accessToken()).toBe('access-old')
    expect(site.book.look()).toEqual(before)
  })

  it.each([new SchwabUnavailable('no'), new RateLimited('no')])(
    'is kept while it cannot be proven (%s), and the page goes on by itself',
    async (error) => {
      site.time.now += MINUTE
      site.schwab.refuseProof(error)
      const answer = await comeBack()
      const page = await site.visit({ path: String(answer.headers?.['location']) })
      expect(titleOf(page)).toBe('Your login is stored, but not yet proven')
      expect(page.body).toContain('http-equiv="refresh"')
      expect((await site.secret.pending())?.value).toContain('access-new')
      expect(await accessToken()).toBe('access-old')
    },
  )

  it('says that it is stored and works when only the database cannot be told', async () => {
    const down = await memoryLoginSite({
      book: { ...site.book, recordProven: () => Promise.reject(new StoreUnavailable('down')) },
      states: site.book,
      secret: site.secret,
      endpoint: site.schwab.endpoint,
    })
    const answer = await down.visit({ path: down.pathOf(await down.press(ticket), CODE) })
    expect(titleOf(answer)).toBe('Your login is stored and works')
    expect(await accessToken()).toBe('access-new')
    expect(down.events.published).toEqual([])
  })

  it('ends on a page when the secret cannot be written', async () => {
    site.secret.refusePuts(3)
    expect(await comeBack()).toMatchObject({ statusCode: 503 })
  })

  it('does not depend on the event bus', async () => {
    const deaf = await memoryLoginSite({ events: { publish: () => Promise.reject(new AwsUnavailable('down')) } })
    const mail = await deaf.die()
    deaf.schwab.issue('the-code', loginAnswer('new'))
    const answer = await deaf.visit({ path: deaf.pathOf(await deaf.press(mail), CODE) })
    expect(answer.statusCode).toBe(303)
    expect(deaf.book.outages()[0]).toMatchObject({ reauthorizedAt: deaf.time.now })
    expect(deaf.logged).toContainEqual(
      expect.objectContaining({ event: 'login_completed', fields: expect.objectContaining({ published: false }) as object }),
    )
  })
})

describe('the log of a login', () => {
  it('holds no code, state, cookie, ticket, token or key', async () => {
    await comeBack({ code: 'wrong-code' })
    const url = await site.press(ticket)
    const callback = site.pathOf(url, CODE)
    await site.visit({ path: callback })
    await site.visit({ path: callback })
    await site.visit({ path: callback, cookie: null })
    const lines = JSON.stringify([site.logged, site.events.published])
    expect(lines).toContain('login_started')
    expect(lines).toContain('login_completed')
    const [payload = ''] = ticket.split('.')
    for (const secret of [
      'the-code',
      url.searchParams.get('state') ?? '?',
      ticket,
      payload,
      'access-',
      'refresh-',
      SIGNING_KEY,
      'the-key',
    ]) {
      expect(lines).not.toContain(secret)
    }
  })
})
