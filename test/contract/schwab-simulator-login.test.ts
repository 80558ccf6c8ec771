import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { APP, getData, postToken, pressButton, REDIRECT_URI, startTestSchwab, type TestClock, tokenIn } from './schwab-simulator-setup.ts'

let schwab: SchwabSimulator
let clock: TestClock
beforeEach(async () => {
  ;({ schwab, clock } = await startTestSchwab())
})
afterEach(() => schwab.stop())

const exchange = (code: string, redirectUri = REDIRECT_URI) =>
  postToken(schwab.url, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
const refresh = (token: string) => postToken(schwab.url, { grant_type: 'refresh_token', refresh_token: token })
const quote = (token: string) => getData(schwab.url, 'quotes', { symbols: 'QQQ' }, token)
const codeOf = async (): Promise<string> => (await pressButton(schwab.url, 'allow')).searchParams.get('code') ?? ''

describe('the login page of the simulator', () => {
  const authorize = (change: Record<string, string> = {}) =>
    fetch(
      `${schwab.url}/v1/oauth/authorize?${new URLSearchParams({ client_id: APP.key, redirect_uri: REDIRECT_URI, response_type: 'code', state: '"<s>', ...change }).toString()}`,
    )

  it('says that it is a simulator and carries the state, escaped', async () => {
    const page = await (await authorize()).text()
    expect(page).toContain('This is a simulator.')
    expect(page).toContain('value="&quot;&lt;s&gt;"')
    expect(page).toContain('lang="en"')
  })

  it.each([{ client_id: 'other' }, { redirect_uri: `${REDIRECT_URI}/` }, { response_type: 'token' }])(
    'refuses %o without going back',
    async (change) => {
      const response = await authorize(change)
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('role="alert"')
    },
  )

  it('goes back with a code that ends in an encoded @, a session and the state', async () => {
    const { href, searchParams } = await pressButton(schwab.url, 'allow')
    expect(href).toMatch(/^https:\/\/127\.0\.0\.1\/callback\?code=C0\.[^&]+%40&session=[0-9a-f-]{36}&state=a%26b$/)
    expect(searchParams.get('code')).toMatch(/@$/)
  })

  it('goes back with access_denied when the person denies', async () => {
    expect((await pressButton(schwab.url, 'deny')).search).toBe('?error=access_denied&state=a%26b')
  })
})

describe('the token endpoint of the simulator', () => {
  it('exchanges a code for tokens that open the data', async () => {
    const body = await tokenIn(await exchange(await codeOf()))
    expect(body).toMatchObject({ expires_in: 1800, token_type: 'Bearer', scope: 'api' })
    expect(body.access_token).toMatch(/^I0\..+@$/)
    expect(JSON.parse(Buffer.from(body.id_token?.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ sub: 'SIM-0002' })
    expect((await quote(body.access_token)).status).toBe(200)
  })

  it('takes a code once, for 30 seconds, for its own redirect_uri', async () => {
    const used = await codeOf()
    expect((await exchange(used)).status).toBe(200)
    expect((await exchange(used)).status).toBe(400)
    expect((await exchange(await codeOf(), 'https://127.0.0.1/other')).status).toBe(400)
    const late = await codeOf()
    clock.now += 30_000
    expect((await exchange(late)).status).toBe(400)
  })

  it('ends access after 30 minutes and refresh 7 days after the login, whatever was refreshed', async () => {
    const { access_token: access, refresh_token: token } = schwab.control.logIn()
    const login = clock.now
    clock.now = login + 30 * 60_000 - 1
    expect((await quote(access)).status).toBe(200)
    clock.now = login + 30 * 60_000
    expect((await quote(access)).status).toBe(401)
    clock.now = login + 7 * 86_400_000 - 1
    expect((await tokenIn(await refresh(token))).refresh_token).toBe(token)
    clock.now = login + 7 * 86_400_000
    const refused = await refresh(token)
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('refresh_token_authentication_error')
  })

  it('kills the earlier refresh token with a new login', async () => {
    const first = schwab.control.logIn().refresh_token
    const second = schwab.control.logIn().refresh_token
    expect((await refresh(first)).status).toBe(400)
    expect((await refresh(second)).status).toBe(200)
  })

  it('refuses a wrong secret as the vendor does', async () => {
    const response = await postToken(schwab.url, { grant_type: 'refresh_token', refresh_token: 'x' }, 'the-key:wrong')
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ error: 'invalid_client', error_description: 'Unauthorized' })
  })

  it('gives client credentials a token for an hour, in text, without a refresh token', async () => {
    const body = await tokenIn(await postToken(schwab.url, { grant_type: 'client_credentials' }))
    expect(body.expires_in).toBe('3600')
    expect(body).not.toHaveProperty('refresh_token')
  })

  it.each([
    ['none', true, 200],
    ['rotate', false, 200],
    ['rotate-and-kill-old', false, 400],
  ] as const)('keeps to the rotation mode %s', async (mode, isSame, statusOfOld) => {
    schwab.control.play({ fault: 'rotate', mode })
    const old = schwab.control.logIn().refresh_token
    const { refresh_token: next = '' } = await tokenIn(await refresh(old))
    expect(next === old).toBe(isSame)
    expect((await refresh(next)).status).toBe(200)
    expect((await refresh(old)).status).toBe(statusOfOld)
  })
})

describe('the state of the simulator', () => {
  it('outlives a process that was killed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'schwab-'))
    const stateFile = join(dir, 'state.json')
    const first = await startTestSchwab({ stateFile })
    const login = first.schwab.control.logIn()
    first.schwab.control.play({ fault: 'late-bar', seconds: 20 })
    await getData(first.schwab.url, 'quotes', { symbols: 'QQQ' }, login.access_token)
    // Not stopped, as if killed: what counts is already on disk.
    const second = await startTestSchwab({ stateFile })
    expect((await getData(second.schwab.url, 'quotes', { symbols: 'QQQ' }, login.access_token)).status).toBe(200)
    expect((await postToken(second.schwab.url, { grant_type: 'refresh_token', refresh_token: login.refresh_token })).status).toBe(200)
    expect(second.schwab.control.counters()).toMatchObject({ requests: 2, maxRequestsPerMinute: 2, refreshes: 1 })
    expect(second.schwab.control.faults()).toEqual([{ fault: 'late-bar', seconds: 20 }])
    await Promise.all([first.schwab.stop(), second.schwab.stop()])
    rmSync(dir, { recursive: true })
  })

  it('counts the most requests of one minute of its clock', async () => {
    const { access_token: token } = schwab.control.logIn()
    for (const wait of [0, 0, 60_000, 0, 0, 60_000]) {
      clock.now += wait
      await quote(token)
    }
    expect(schwab.control.counters()).toEqual({
      requests: 6,
      candleRequests: 0,
      maxRequestsPerMinute: 3,
      tokenRequests: 0,
      refreshes: 0,
      callsWhileDead: 0,
    })
  })

  it('counts the calls for prices while the token is said to be dead, also after a kill; quotes are proofs and do not count', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'schwab-'))
    const stateFile = join(dir, 'state.json')
    const first = await startTestSchwab({ stateFile })
    const { access_token: token } = first.schwab.control.logIn()
    const ask = (url: string, path: string) => getData(url, path, { symbol: 'QQQ', symbols: 'QQQ' }, token)
    await ask(first.schwab.url, 'pricehistory')
    first.schwab.control.setDead(true)
    await ask(first.schwab.url, 'pricehistory')
    await ask(first.schwab.url, 'quotes')
    await getData(first.schwab.url, 'pricehistory', {}, 'a token that is refused')
    expect(first.schwab.control.counters()).toMatchObject({ requests: 4, callsWhileDead: 2 })
    // Not stopped, as if killed.
    const second = await startTestSchwab({ stateFile })
    await ask(second.schwab.url, 'pricehistory')
    second.schwab.control.setDead(false)
    await ask(second.schwab.url, 'pricehistory')
    expect(second.schwab.control.counters().callsWhileDead).toBe(3)
    await Promise.all([first.schwab.stop(), second.schwab.stop()])
    rmSync(dir, { recursive: true })
  })

  it('tells of every call for a token or for data, before and after, and breaks off those that it is told to', async () => {
    const moments: string[] = []
    const cutAt = new Set<string>()
    const other = await startTestSchwab({
      onCall: ({ service, operation, phase, environment }) => {
        const moment = `${phase} ${service}.${operation} by ${environment}`
        moments.push(moment)
        return cutAt.has(moment) ? 'cut' : undefined
      },
    })
    const { url, control } = other.schwab
    const token = control.logIn().refresh_token
    await postToken(url, { grant_type: 'refresh_token', refresh_token: token })
    await fetch(`${url}/marketdata/v1/quotes`, { headers: { 'alpha-kite-environment': 'fetcher-1' } })
    expect(moments).toEqual([
      'before schwab.token by undefined',
      'after schwab.token by undefined',
      'before schwab.quotes by fetcher-1',
      'after schwab.quotes by fetcher-1',
    ])
    const { refreshes } = control.counters()
    for (const [phase, done] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      cutAt.add(`${phase} schwab.token by undefined`)
      await expect(postToken(url, { grant_type: 'refresh_token', refresh_token: token })).rejects.toThrow('fetch failed')
      expect(control.counters().refreshes).toBe(refreshes + done)
      cutAt.clear()
    }
    await other.schwab.stop()
  })

  it('listens on another port when its own is taken', async () => {
    const other = await startTestSchwab({ port: schwab.port })
    expect(other.schwab.port).not.toBe(schwab.port)
    expect((await fetch(`${other.schwab.url}/_sim/state`)).status).toBe(200)
    await other.schwab.stop()
  })
})
