import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { schwabProof } from '../../shared/adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { tokenOfLogin } from '../../shared/domain/next-token.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { formatToken, parseToken } from '../../shared/domain/token.ts'
import { loginAnswer } from '../fakes/memory-login.ts'
import { LOGGED_IN_AT, memoryLoginSite, NOW } from '../fakes/memory-login-site.ts'
import { APP, getData, startTestSchwab } from './schwab-simulator-setup.ts'

const REAUTH_URL = 'http://127.0.0.1:45999'

let schwab: SchwabSimulator
let site: Awaited<ReturnType<typeof memoryLoginSite>>
let ticket: string
const begin = async (appSecret = APP.secret) => {
  const time = { now: NOW }
  const app = { ...APP, redirectUris: [`${REAUTH_URL}/reauth/callback`] }
  ;({ schwab } = await startTestSchwab({ clock: () => time.now, app }))
  const http = { baseUrl: schwab.url, fetch, timeoutMs: PATIENCE_MS }
  const endpoint = schwabTokenEndpoint({ ...http, appKey: APP.key, appSecret })
  site = await memoryLoginSite({ schwabUrl: schwab.url, reauthUrl: REAUTH_URL, endpoint, proof: schwabProof(http) }, time)
  site.secret.putCurrent(formatToken(tokenOfLogin(loginAnswer('old', 'SIM-0001'), LOGGED_IN_AT)))
  ticket = await site.die()
}
beforeEach(() => begin())
afterEach(() => schwab.stop())

/** Presses the button, fills in the login page that comes, and returns where the browser is sent then. */
const logIn = async (decision: 'allow' | 'deny', account: string): Promise<string> => {
  const pressed = await site.visit({ method: 'POST', path: '/reauth', form: { ticket } })
  const page = await (await fetch(String(pressed.headers?.['location']))).text()
  expect(page).toContain('This is a simulator.')
  const fields = [...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [
    name,
    value,
  ])
  const body = new URLSearchParams([...fields, ['account', account], ['decision', decision]])
  const answer = await fetch(`${schwab.url}/v1/oauth/authorize`, { method: 'POST', redirect: 'manual', body })
  const back = new URL(answer.headers.get('location') ?? '')
  expect(back.origin).toBe(REAUTH_URL)
  return `${back.pathname}${back.search}`
}
const comeBack = async (account = 'SIM-0001') => site.visit({ path: await logIn('allow', account) })
const titleOf = ({ body }: { readonly body: string }): string => /<title>(.*) – alpha-kite<\/title>/.exec(body)?.[1] ?? ''
const current = async () => parseToken((await site.secret.current()).value)

describe('a login at the simulated Schwab', () => {
  it('ends the outage with a token that is good for data and can be renewed', async () => {
    expect(await comeBack()).toMatchObject({ statusCode: 303, headers: { location: `/reauth?ticket=${ticket}` } })
    const { accessToken, refreshToken, loggedInAt } = await current()
    expect(loggedInAt).toBe(site.time.now)
    expect((await getData(schwab.url, 'quotes', { symbols: 'QQQ' }, accessToken)).status).toBe(200)
    const http = { baseUrl: schwab.url, fetch, timeoutMs: PATIENCE_MS, appKey: APP.key, appSecret: APP.secret }
    expect((await schwabTokenEndpoint(http).refresh(refreshToken)).accessToken).not.toBe(accessToken)
    expect(site.events.published).toMatchObject([{ type: 'Reauthorized', detail: { outageId: 'outage-1' } }])
  })

  it('says so when the person presses Deny', async () => {
    expect(titleOf(await site.visit({ path: await logIn('deny', 'SIM-0001') }))).toBe('You pressed Deny at Schwab')
  })

  it('is too late after thirty seconds, and the next one works', async () => {
    const path = await logIn('allow', 'SIM-0001')
    site.time.now += 30_000
    expect(titleOf(await site.visit({ path }))).toBe('The code from Schwab had expired, or was used')
    expect(await comeBack()).toMatchObject({ statusCode: 303 })
  })

  it('exchanges a code once', async () => {
    const path = await logIn('allow', 'SIM-0001')
    await site.visit({ path })
    const { tokenRequests } = schwab.control.counters()
    expect(titleOf(await site.visit({ path }))).toBe('This login has been used already')
    expect(schwab.control.counters().tokenRequests).toBe(tokenRequests)
  })

  it('asks about another account, and uses it when the person wants it', async () => {
    const asked = await comeBack('SIM-0002')
    expect(titleOf(asked)).toBe('This is another Schwab account')
    expect((await current()).accessToken).toBe('access-old')
    const confirm = /name="confirm" value="([^"]+)"/.exec(asked.body)?.[1] ?? ''
    expect(await site.visit({ method: 'POST', path: '/reauth', form: { confirm } })).toMatchObject({ statusCode: 303 })
    expect((await current()).accessToken).toMatch(/^I0\./)
  })

  it('is kept when the data service does not answer', async () => {
    site.time.now += MINUTE
    schwab.control.play({ fault: 'data-endpoint', answer: '500', times: 1 })
    const answer = await comeBack()
    expect(titleOf(await site.visit({ path: String(answer.headers?.['location']) }))).toBe('Your login is stored, but not yet proven')
    expect((await current()).accessToken).toBe('access-old')
  })

  it('can be tried again when the token endpoint is behind a firewall page', async () => {
    schwab.control.play({ fault: 'token-endpoint', answer: 'html-403', times: 1 })
    expect(titleOf(await comeBack())).toBe('Schwab did not answer')
    expect(await comeBack()).toMatchObject({ statusCode: 303 })
  })

  it('points at the configuration when the secret of the app is wrong', async () => {
    await schwab.stop()
    await begin('wrong')
    expect(titleOf(await comeBack())).toBe('Schwab does not accept the app’s key or secret')
  })
})
