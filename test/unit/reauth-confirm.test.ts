import { beforeEach, describe, expect, it } from 'vitest'
import { readConfirmation, signConfirmation } from '../../functions/reauth/confirmation.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { loginAnswer } from '../fakes/memory-login.ts'
import { memoryLoginSite, NOW, SIGNING_KEY } from '../fakes/memory-login-site.ts'

type Site = Awaited<ReturnType<typeof memoryLoginSite>>
let site: Site
let ticket: string
let confirm: string
beforeEach(async () => {
  site = await memoryLoginSite()
  ticket = await site.die()
  site.schwab.issue('the-code', loginAnswer('other', 'account-2'))
  const { body } = await site.visit({ path: site.pathOf(await site.press(ticket), { code: 'the-code' }) })
  expect(body).toContain('This is another Schwab account')
  expect(body).toContain(`name="ticket" value="${ticket}"`)
  confirm = /name="confirm" value="([^"]+)"/.exec(body)?.[1] ?? ''
})

const agree = (cookie?: string | null, text = confirm) =>
  site.visit({ method: 'POST', path: '/reauth', form: { confirm: text }, ...(cookie !== undefined && { cookie }) })
const isUsed = async (): Promise<boolean> => (await site.secret.current()).value.includes('access-other')

describe('the question about another account', () => {
  it('is answered by the button: the account is used, and the progress shown', async () => {
    expect(await isUsed()).toBe(false)
    expect(await agree()).toMatchObject({ statusCode: 303, headers: { location: `/reauth?ticket=${ticket}` } })
    expect(await isUsed()).toBe(true)
    expect(site.book.outages()[0]).toMatchObject({ reauthorizedAt: NOW })
  })

  it('does no harm when it is answered twice', async () => {
    await agree()
    expect(await agree()).toMatchObject({ statusCode: 303 })
    expect(site.events.published).toHaveLength(1)
  })

  it('can be answered by a login with the account used so far', async () => {
    site.schwab.issue('second', loginAnswer('same', 'account-1'))
    await site.visit({ path: site.pathOf(await site.press(ticket), { code: 'second' }) })
    expect((await site.secret.current()).value).toContain('access-same')
    // The other one has given way, and cannot come back.
    expect((await agree()).body).toContain('That took too long')
    expect(await isUsed()).toBe(false)
  })

  it.each([
    ['in a browser without a cookie', () => agree(null)],
    ['in another browser', () => agree(`__Host-kite-login=${'x'.repeat(43)}`)],
    ['with what was not signed', () => agree(undefined, `${confirm.slice(0, -4)}AAAA`)],
    ['with nothing', () => agree(undefined, '')],
    ['with a ticket in its place', () => agree(undefined, ticket)],
    [
      'after ten minutes',
      () => {
        site.time.now += 10 * MINUTE
        return agree()
      },
    ],
  ])('is not answered %s', async (_, answer) => {
    expect(await answer()).toMatchObject({ statusCode: 403 })
    expect(await isUsed()).toBe(false)
  })

  it('is not answered by a version that the browser chose', async () => {
    const forged = signConfirmation({ versionId: site.oldVersion, subject: 'outage:outage-1', exp: NOW + MINUTE }, 'hash', 'another key')
    expect(readConfirmation(forged, 'hash', 'another key', NOW)).toMatchObject({ versionId: site.oldVersion })
    expect(readConfirmation(forged, 'hash', SIGNING_KEY, NOW)).toBeUndefined()
    expect(readConfirmation(forged, 'other hash', 'another key', NOW)).toBeUndefined()
  })

  it('is put when nobody can tell whether it is another one', async () => {
    site = await memoryLoginSite()
    ticket = await site.die()
    const { idToken: _, ...anonymous } = loginAnswer('other')
    site.schwab.issue('the-code', anonymous)
    const { body } = await site.visit({ path: site.pathOf(await site.press(ticket), { code: 'the-code' }) })
    expect(body).toContain('Is this the right Schwab account?')
    expect(await isUsed()).toBe(false)
    confirm = /name="confirm" value="([^"]+)"/.exec(body)?.[1] ?? ''
    expect(await agree()).toMatchObject({ statusCode: 303 })
    expect(await isUsed()).toBe(true)
  })
})
