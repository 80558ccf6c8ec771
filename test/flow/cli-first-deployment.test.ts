import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { KEYS } from '../contract/store-embedded.ts'
import { freshDeployment } from './fresh-deployment.ts'

let fresh: Awaited<ReturnType<typeof freshDeployment>>
beforeAll(async () => {
  fresh = await freshDeployment()
})
afterAll(() => fresh.stop())
const setVariables = (changes: Readonly<Record<string, string | undefined>> = {}): void => {
  for (const [name, value] of Object.entries({ ...fresh.variables, ...changes })) vi.stubEnv(name, value)
}
beforeEach(() => {
  setVariables()
  // The SDK warns of the names that queues have here, and goes on with the right address.
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Every secret of these tests; the signing key is looked for by its place. */
const kite = async (...[args, world]: Parameters<typeof fresh.kite>) => {
  const done = await fresh.kite(args, world)
  for (const secret of [fresh.given.SCHWAB_APP_SECRET, KEYS.secret, 'signingKey":']) expect(done.output).not.toContain(secret)
  return done
}
const setup = (url: string, changes: Readonly<Record<string, string>> = {}, ...args: readonly string[]) =>
  kite(['setup', '--yes', ...args], { env: { ...fresh.given, SUPABASE_URL: url, ...changes } })

/** The lines that are not well, with what is to be done. */
const doctor = async (): Promise<readonly string[]> => {
  const { printed } = await kite(['doctor'])
  return printed
    .replaceAll(/\n +→/g, ' →')
    .split('\n')
    .filter((line) => /^(FAILED|unknown)/.test(line))
    .map((line) => line.replaceAll(/ +/g, ' '))
}

describe('a first deployment', () => {
  it('is told to deploy while nothing is deployed', async () => {
    expect(await doctor()).toEqual([
      'FAILED deployment nothing is deployed as stage prod in us-east-1: there is no secret alpha-kite-prod → npx serverless deploy --stage prod; or is it another account (AWS_PROFILE), stage or region?',
      'unknown everything else it is measured once that is mended',
    ])
    expect(await setup(fresh.urls.migrated)).toMatchObject({
      code: 1,
      output: expect.stringContaining(
        'there is no secret alpha-kite-prod, and nothing was written. Deploy first: npx serverless deploy --stage prod',
      ),
    })
    expect((await kite(['reauth', '--paste'])).output).toContain('deploy first, npx serverless deploy --stage prod')
  })

  it.each([
    [
      'no credentials are there',
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      'no AWS credentials were found → run aws configure',
    ],
    [
      'there is no network',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:47999' },
      'AWS cannot be reached: nothing listens there → is this machine online',
    ],
  ])('is told in one line that AWS cannot be asked, when %s', async (_name, changes, says) => {
    setVariables(changes)
    const [line, rest, ...more] = await doctor()
    expect(line).toContain(`FAILED AWS ${says}`)
    expect([rest, more]).toEqual(['unknown everything else it is measured once that is mended', []])
  })

  it('is told to run kite setup while the secret is empty', async () => {
    await fresh.deploy()
    const lines = await doctor()
    expect(lines.slice(0, 3)).toEqual([
      'FAILED application secret the secret alpha-kite-prod has no value yet: kite setup stores it → kite setup',
      'unknown Schwab application the line of the application secret comes first',
      'FAILED token secret missing: the secret has no value yet: log in with kite reauth → kite reauth',
    ])
    expect(lines.slice(3).filter((line) => line.startsWith('FAILED'))).toEqual([])
    expect(lines).toContain('unknown database the line of the application secret comes first')
    expect((await kite(['reauth', '--paste'])).output).toContain('kite: the secret alpha-kite-prod has no value yet: kite setup stores it')
  })

  it.each([
    ['the secret of the app', { SCHWAB_APP_SECRET: 'marked-wrong' }, 'Schwab does not accept the app key and secret'],
    ['the key of Supabase', { SUPABASE_SECRET_KEY: 'sb_secret_marked' }, 'does not accept the secret key'],
    ['the address of Supabase', { SUPABASE_URL: 'http://127.0.0.1:47999' }, '127.0.0.1:47999 cannot be reached: nothing listens there'],
    ['the publishable key', { SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_marked' }, 'publishable key Supabase does not accept it'],
  ])('writes not even a first version when %s is wrong', async (_name, changes, says) => {
    const { code, output } = await setup(fresh.urls.migrated, changes)
    expect(code).toBe(1)
    expect(output.replaceAll(/ +/g, ' ')).toContain(says)
    expect(output).not.toContain('marked')
    expect(await fresh.versions()).toEqual([])
  })

  it('is set up, and told to migrate and to log in', async () => {
    const { code, printed } = await setup(fresh.urls.unmigrated, { SUPABASE_PUBLISHABLE_KEY: KEYS.publishable }, '--mail', 'me@example.org')
    expect(code).toBe(0)
    expect(await fresh.versions()).toHaveLength(1)
    expect(printed).toContain(`Next:
  1. npm run kite -- migrate
  2. npm run kite -- reauth --stage prod
  3. npx serverless deploy --stage prod --param mail=me@example.org
  4. npm run kite -- doctor --stage prod
`)
    const lines = await doctor()
    expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([
      'FAILED token secret missing: the secret has no value yet: log in with kite reauth → kite reauth',
      expect.stringMatching(/^FAILED database \S+ is reachable, but not migrated yet: .* → kite migrate$/),
    ])
    expect(lines).toContain('unknown scheduler the line of the database comes first')
  })

  it('writes once and not again, and a check writes never', async () => {
    expect((await setup(fresh.urls.migrated)).printed).toContain('Stored in alpha-kite-prod: supabaseUrl, kept ')
    expect(await fresh.versions()).toHaveLength(2)
    expect((await setup(fresh.urls.migrated)).printed).toContain('Nothing to change')
    expect((await kite(['setup', '--yes'])).printed).toContain('Nothing to change')
    expect((await setup(fresh.urls.unmigrated, {}, '--check')).printed).toContain('Nothing was written; supabaseUrl would be')
    expect((await setup(fresh.urls.migrated, { SCHWAB_APP_SECRET: 'wrong' })).code).toBe(1)
    expect(await fresh.versions()).toHaveLength(2)
  })

  it('is told to log in once the database is migrated', async () => {
    const failed = (await doctor()).filter((line) => line.startsWith('FAILED'))
    expect(failed[0]).toMatch(/^FAILED token secret missing.* → kite reauth$/)
    expect(failed.join('\n')).not.toContain('FAILED database')
  })

  it('logs in with what was stored, and is told to wait for the first tick', async () => {
    expect((await kite(['reauth', '--paste'])).output).toContain('Logged in. The new token is proven and in use')
    const failed = (await doctor()).filter((line) => line.startsWith('FAILED'))
    expect(failed.filter((line) => !/today's rows|newest candle/.test(line))).toEqual([
      expect.stringMatching(/^FAILED scheduler has never run: .* → after the first kite setup wait two minutes and look again/),
      expect.stringMatching(/^FAILED token-keeper has never run: .* → after the first kite setup wait two minutes and look again/),
    ])
    expect((await setup(fresh.urls.migrated)).printed).toMatch(/Next:\n {2}1\. npm run kite -- doctor --stage prod\n$/)
  })

  it.each([
    [
      'has a key of Supabase that is wrong',
      { supabaseSecretKey: 'sb_secret_marked' },
      'FAILED database',
      'does not accept the secret key → give the key',
    ],
    ['has the key of the browser', { supabaseSecretKey: KEYS.publishable }, 'FAILED application secret', 'no usable supabaseSecretKey'],
    [
      'leads nowhere',
      { supabaseUrl: 'http://127.0.0.1:47999' },
      'FAILED database',
      'cannot be reached: nothing listens there → give the project',
    ],
    [
      'has a wrong app secret',
      { schwabAppSecret: 'marked' },
      'FAILED Schwab application',
      'does not accept the app key and secret → compare',
    ],
    ['is damaged', { signingKey: 'marked' }, 'FAILED application secret', 'no usable signingKey'],
  ])('is told what is wrong and what to do when the secret %s', async (_name, changes, line, says) => {
    const value = { schwabAppKey: fresh.given.SCHWAB_APP_KEY, schwabAppSecret: fresh.given.SCHWAB_APP_SECRET, signingKey: 'x'.repeat(43) }
    await fresh.putByHand({ ...value, supabaseUrl: fresh.urls.migrated, supabaseSecretKey: KEYS.secret, ...changes })
    const lines = await doctor()
    const found = lines.find((one) => one.startsWith(line))
    expect(found).toContain(says)
    expect(found).toContain('kite setup')
    expect(lines.join()).not.toContain('marked')
    expect(lines.filter((one) => /^FAILED (application|Schwab|token secret|database)/.test(one))).toHaveLength(1)
  })

  const halves = ['firstHalfOfMarked', 'secondHalfOfMarked-0123456789'] as const
  it.each(['schwabAppKey', 'schwabAppSecret', 'supabaseSecretKey', 'signingKey'])(
    'is told which field has a line break in it, and no part of the key is in any output or file: %s',
    async (field) => {
      const value = { schwabAppKey: fresh.given.SCHWAB_APP_KEY, schwabAppSecret: fresh.given.SCHWAB_APP_SECRET, signingKey: 'x'.repeat(43) }
      const key = `${field === 'supabaseSecretKey' ? 'sb_secret_' : ''}${halves.join('\n')}`
      await fresh.putByHand({ ...value, supabaseUrl: fresh.urls.migrated, supabaseSecretKey: KEYS.secret, [field]: key })
      const { code, output } = await kite(['doctor'])
      expect(code).toBe(1)
      expect(output).toMatch(new RegExp(`FAILED +application secret +the application secret has no usable ${field}:`))
      const files = readdirSync(fresh.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      const kept = files.filter(({ name }) => name !== 'secrets.json').map(({ parentPath, name }) => readFileSync(join(parentPath, name)))
      expect(kept.length).toBeGreaterThan(0)
      for (const half of halves) for (const text of [output, ...kept]) expect(text.includes(half)).toBe(false)
    },
  )
})
