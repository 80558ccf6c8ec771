import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { LOCAL_APP } from '../../local/local-app.ts'
import { openLocalKeys } from '../../local/local-keys.ts'
import { runningStack, type RunningStack } from '../running-stack.ts'
import { until } from '../until.ts'

/** Where secrets belong: Secrets Manager's own file, Schwab's, and the addresses of the local stack with its database key. */
const SECRET_STORES = ['keys.json', 'aws/secrets.json', 'schwab.json', 'endpoints.json']
const Grants = z.object({
  grants: z.object({
    codes: z.record(z.string(), z.unknown()),
    access: z.record(z.string(), z.unknown()),
    refresh: z.record(z.string(), z.unknown()),
  }),
})

describe('a whole outage', () => {
  let stack: RunningStack
  /** Every secret that was seen, by what it is. */
  const secrets = new Map<string, string>()
  const pages: string[] = []

  const note = (): void => {
    const { grants } = Grants.parse(JSON.parse(readFileSync(join(stack.dir, 'schwab.json'), 'utf8')))
    for (const token of Object.keys(grants.access)) secrets.set(token, 'access token')
    for (const token of Object.keys(grants.refresh)) secrets.set(token, 'refresh token')
  }

  beforeAll(async () => {
    stack = await runningStack(mkdtempSync(join(tmpdir(), 'alpha-kite-leaks-')), 47000)
    const { signingKey } = openLocalKeys(stack.dir)
    secrets.set(LOCAL_APP.secret, 'application secret').set(signingKey, 'signing key')
    secrets.set(stack.endpoints.supabase.secretKey, 'database key')
    await until(() => readSecrets(), 'the first login')
    note()
    await stack.sim('revoke-refresh')
    await stack.sim('expire-access')
    const { link = '' } = await until(() => stack.events('ReauthRequired')[0], 'the announcement')
    await logIn(link)
    note()
    await until(() => stack.events('FeedRestored')[0], 'the end of the outage')
    const after = await fetch(link)
    pages.push(await after.text())
    await stack.stop()
  })
  afterAll(async () => {
    await stack?.stop()
    rmSync(stack.dir, { recursive: true, force: true })
  })

  const readSecrets = (): string | undefined => {
    const path = join(stack.dir, 'aws/secrets.json')
    const text = statSync(path, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(path, 'utf8')
    return text.includes('refresh_token') ? text : undefined
  }

  /** The whole login as a browser does it, keeping every page. */
  const logIn = async (link: string): Promise<void> => {
    const url = new URL(link)
    const form = new URLSearchParams({ ticket: url.searchParams.get('ticket') ?? '' })
    pages.push(await (await fetch(link)).text())
    const asked = await fetch(`${url.origin}/reauth`, { method: 'POST', redirect: 'manual', body: form })
    const cookie = (asked.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    secrets.set(cookie.split('=')[1] ?? '', 'cookie')
    const schwab = new URL(asked.headers.get('location') ?? '')
    secrets.set(schwab.searchParams.get('state') ?? '', 'state')
    const answer = new URLSearchParams(schwab.searchParams)
    answer.set('decision', 'allow')
    const allowed = await fetch(`${schwab.origin}${schwab.pathname}`, { method: 'POST', redirect: 'manual', body: answer })
    const callback = new URL(allowed.headers.get('location') ?? '')
    secrets.set(callback.searchParams.get('code') ?? '', 'code')
    const done = await fetch(callback, { redirect: 'manual', headers: { cookie } })
    expect(done.status).toBe(303)
    pages.push(await done.text(), done.headers.get('location') ?? '')
    pages.push(await (await fetch(new URL(done.headers.get('location') ?? '', url.origin))).text())
    const again = await fetch(callback, { headers: { cookie } })
    pages.push(await again.text())
  }

  /** What of the secrets stands in this text, also in the encodings of URLs and of JSON, by what it is. */
  const leaksIn = (text: string): readonly string[] =>
    [...secrets].flatMap(([secret, what]) =>
      secret.length >= 8 &&
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64url')].some((form) => text.includes(form))
        ? [what]
        : [],
    )

  it('has seen every kind of secret', () => {
    expect(new Set(secrets.values())).toEqual(
      new Set(['access token', 'refresh token', 'application secret', 'signing key', 'database key', 'cookie', 'state', 'code']),
    )
    expect([...secrets].filter(([secret]) => secret.length < 8)).toEqual([])
    expect(leaksIn(readSecrets() ?? '')).toContain('refresh token')
  })

  it('leaves no secret in a page', () => {
    expect(pages.length).toBeGreaterThan(5)
    expect(pages.flatMap(leaksIn)).toEqual([])
  })

  it('leaves no secret in a log, an event, a row or another file outside the secret store', () => {
    const files = globSync('**', { cwd: stack.dir, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !SECRET_STORES.some((store) => path.endsWith(store)))
    expect(files.some((path) => path.endsWith('functions.log'))).toBe(true)
    expect(files.some((path) => path.includes('supabase'))).toBe(true)
    const hits = files.flatMap((path) => leaksIn(readFileSync(path, 'latin1')).map((what) => `${what} in ${path.slice(stack.dir.length)}`))
    expect(hits).toEqual([])
  })
})
