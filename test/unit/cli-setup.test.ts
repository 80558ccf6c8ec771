import { beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { parseAppSecret } from '../../shared/adapters/app-secret.ts'
import { AwsUnavailable, ClientRefused, RateLimited, SchwabUnavailable } from '../../shared/domain/errors.ts'
import { cliDeps, type CliWorld } from '../fakes/cli-deps.ts'
import { APP, memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, tokenText } from '../fakes/cli-tokens.ts'
import { failure, hostedSupabase, PUBLISHABLE } from '../fakes/hosted-supabase.ts'

const { signingKey: _, ...GIVEN } = APP
const ENV = {
  SCHWAB_APP_KEY: APP.schwabAppKey,
  SCHWAB_APP_SECRET: APP.schwabAppSecret,
  SUPABASE_URL: APP.supabaseUrl,
  SUPABASE_SECRET_KEY: APP.supabaseSecretKey,
}

let pipeline: MemoryPipeline
let supabase: ReturnType<typeof hostedSupabase>
beforeEach(() => {
  supabase = hostedSupabase()
  pipeline = deployed()
})

/** A stage that was deployed and not set up yet. */
const deployed = (): MemoryPipeline => {
  const fresh = memoryPipeline({ now: NOW })
  fresh.appSecret.become({ kind: 'empty' })
  return fresh
}

const holding = (value: unknown): void =>
  pipeline.appSecret.become({ kind: 'value', versionId: 'version-0', text: typeof value === 'string' ? value : JSON.stringify(value) })

const isLoginPage = (input: string | URL | Request): boolean => typeof input === 'string' && input.startsWith('https://login.test')

const setUp = async (args: readonly string[] = ['--yes'], world: CliWorld = {}) => {
  const deps = cliDeps({ pipeline, env: ENV, fetch: supabase.fetch, ...world })
  const code = await runCli(['setup', ...args], deps)
  const output = deps.printed() + deps.remarked()
  expect(output).not.toMatch(/marked/)
  const [text] = pipeline.appSecret.puts.slice(-1)
  return { code, printed: deps.printed(), remarked: deps.remarked(), output, stored: text === undefined ? undefined : parseAppSecret(text) }
}

describe('kite setup', () => {
  it('writes everything at once, with a signing key that nobody can guess', async () => {
    const { code, stored, printed } = await setUp(['--yes', '--publishable-key', PUBLISHABLE])
    expect(code).toBe(0)
    expect(pipeline.appSecret.puts).toHaveLength(1)
    expect(stored).toEqual({ ...GIVEN, supabasePublishableKey: PUBLISHABLE, signingKey: expect.stringMatching(/^[\w-]{43}$/) })
    expect(printed).toMatch(/^Stored in alpha-kite-prod: .*schwabAppSecret.*signingKey/m)
  })

  it('makes another signing key for another pipeline', async () => {
    const first = (await setUp()).stored?.signingKey
    pipeline = deployed()
    expect((await setUp()).stored?.signingKey).not.toBe(first)
  })

  it('writes nothing the second time, and keeps the signing key for good', async () => {
    const { stored } = await setUp()
    expect((await setUp()).printed).toContain('Nothing to change: alpha-kite-prod holds all of it.')
    expect((await setUp(['--yes'], { env: {} })).printed).toContain('Nothing to change')
    expect(pipeline.appSecret.puts).toHaveLength(1)
    const changed = await setUp(['--yes', '--callback', 'https://localhost:9000'])
    expect(changed.stored).toEqual({ ...stored, callbackUrl: 'https://localhost:9000' })
    expect(changed.printed).toMatch(/^Stored in alpha-kite-prod: callbackUrl, kept schwabAppKey/m)
  })

  it('says when functions that run already take up a change', async () => {
    const soon = 'Functions that run already take it up within five minutes.'
    expect((await setUp()).printed).not.toContain(soon)
    holding({ ...APP, supabaseUrl: 'https://former.supabase.co' })
    expect((await setUp()).printed).toContain(soon)
  })

  it('is about AWS, whatever local stack lies around, unless that is named', async () => {
    const asked: unknown[] = []
    for (const more of [[], ['--stage', 'dev'], ['--data', '.kite']]) {
      const deps = {
        ...cliDeps({ env: ENV, fetch: supabase.fetch }),
        openPipeline: async (options: unknown) => (asked.push(options), pipeline),
      }
      expect(await runCli(['setup', '--yes', ...more], deps)).toBe(0)
    }
    expect(asked).toMatchObject([{ stage: 'prod' }, { stage: 'dev' }, { stage: undefined, data: '.kite' }])
  })

  it('keeps what somebody else put into the secret', async () => {
    holding({ ...APP, note: 'mine', schwabAppKey: 'old' })
    await setUp()
    expect(JSON.parse(pipeline.appSecret.puts[0] ?? '')).toEqual({ ...APP, note: 'mine' })
  })

  it.each([
    ['is no JSON', 'marked {'],
    ['is no object', '["marked"]'],
  ])('mends a secret that %s', async (_name, text) => {
    holding(text)
    const { code, remarked, stored } = await setUp()
    expect(code).toBe(0)
    expect(remarked).toContain('the secret alpha-kite-prod is damaged: the whole of it cannot be used')
    expect(stored).toMatchObject(GIVEN)
  })

  it('mends the fields that are damaged, and keeps the others', async () => {
    holding({ ...APP, supabaseUrl: 'marked', signingKey: 'marked' })
    const { code, remarked, stored } = await setUp(['--yes', '--supabase-url', APP.supabaseUrl], { env: {} })
    expect(code).toBe(0)
    expect(remarked).toContain('is damaged: supabaseUrl, signingKey of it')
    expect(stored).toMatchObject(GIVEN)
    expect(stored?.signingKey).toHaveLength(43)
  })

  it('says that nothing is deployed when there is no secret', async () => {
    pipeline.appSecret.become({ kind: 'none' })
    expect(await setUp()).toMatchObject({
      code: 1,
      remarked: expect.stringContaining('Deploy first: npx serverless deploy --stage prod\n'),
    })
    expect((await setUp(['--yes', '--stage', 'dev'])).remarked).toContain('npx serverless deploy --stage dev\n')
    expect(pipeline.appSecret.puts).toEqual([])
  })

  it('only checks with --check', async () => {
    const { code, printed } = await setUp(['--check'])
    expect(code).toBe(0)
    expect(printed).toContain('All is well. Nothing was written; schwabAppKey, ')
    expect(pipeline.appSecret.puts).toEqual([])
  })

  it('says who has to mend AWS before it can be asked', async () => {
    const read = () =>
      Promise.reject(new AwsUnavailable('x', { cause: Object.assign(new Error('none'), { name: 'CredentialsProviderError' }) }))
    const deps = cliDeps({ pipeline: { ...pipeline, appSecret: { ...pipeline.appSecret, read } }, env: ENV })
    expect(await runCli(['setup', '--yes'], deps)).toBe(1)
    expect(deps.remarked()).toContain('kite: no AWS credentials were found: run aws configure')
  })
})

describe('kite setup, when something is missing', () => {
  it('says how to give it, and asks nobody where there is no terminal', async () => {
    const { code, remarked } = await setUp([], { env: { SCHWAB_APP_KEY: 'app-key' } })
    expect(code).toBe(1)
    expect(remarked).toContain('nothing was written, because this is missing:\n  Its secret: set SCHWAB_APP_SECRET\n')
    expect(remarked).toContain('set SUPABASE_URL, or --supabase-url\n')
    expect(remarked).not.toContain('PUBLISHABLE')
    expect(supabase.asked).toEqual([])
  })

  const answering = (answers: Readonly<Record<string, string>>): CliWorld & { readonly asked: { shown: string[]; hidden: string[] } } => {
    const asked = { shown: [] as string[], hidden: [] as string[] }
    const answer =
      (list: string[]) =>
      (prompt: string): string => {
        list.push(prompt)
        return Object.entries(answers).find(([start]) => prompt.startsWith(start))?.[1] ?? ''
      }
    return { env: {}, hasTerminal: true, readLine: answer(asked.shown), readSecret: answer(asked.hidden), asked }
  }

  it('asks the person, and for secrets without showing them', async () => {
    const person = answering({
      'App key': ' app-key ',
      'Its secret: ': APP.schwabAppSecret,
      URL: `${APP.supabaseUrl}/`,
      'Its secret key': APP.supabaseSecretKey,
      Mail: 'me@example.org',
    })
    const { code, stored } = await setUp([], person)
    expect(code).toBe(0)
    expect(stored).toMatchObject(GIVEN)
    expect(person.asked.hidden).toEqual(['Its secret: ', 'Its secret key, sb_secret_…: '])
    expect(person.asked.shown).toContain('Mail address to warn [Enter: none]: ')
    expect(person.asked.shown).toContain('Its callback URL for kite reauth [Enter: https://127.0.0.1:8182]: ')
  })

  it('keeps what is stored when the person only presses Enter', async () => {
    holding(APP)
    const person = answering({})
    expect((await setUp([], person)).printed).toContain('Nothing to change')
    expect(person.asked.hidden).toEqual(['Its secret [Enter: kept]: ', 'Its secret key, sb_secret_… [Enter: kept]: '])
  })

  it('asks again for what cannot be meant', async () => {
    const answers = ['', 'ftp://x', APP.supabaseUrl]
    const person = answering({ 'App key': 'app-key', 'Its secret: ': 'x', 'Its secret key': APP.supabaseSecretKey })
    const readLine = (prompt: string) => (prompt.startsWith('URL') ? answers.shift() : person.readLine?.(prompt))
    const { code, remarked } = await setUp([], { ...person, readLine })
    expect(code).toBe(0)
    expect(remarked).toContain('  this is needed\n  write https://x\n')
  })

  it('writes nothing when the person gives up', async () => {
    const { code, remarked } = await setUp([], { env: {}, hasTerminal: true, readLine: () => undefined, readSecret: () => undefined })
    expect({ code, remarked }).toMatchObject({ code: 1, remarked: expect.stringContaining('nothing was written') })
  })

  it.each([
    [['--callback', 'http://127.0.0.1:8182'], '--callback: Schwab takes only callback URLs that begin with https://'],
    [['--callback', 'https://127.0.0.1:8182/?a=b'], '--callback: a callback URL has no ?, # or @'],
    [['--callback', 'https://127.0.0.1:8182/#'], '--callback: a callback URL has no ?, # or @'],
    [['--callback', 'mine'], '--callback: that is no address'],
    [['--mail', 'me'], '--mail: that is no mail address'],
    [['--mail', 'me@x.org;ls'], '--mail: that is no mail address'],
    [['--supabase-url', 'postgresql://postgres:marked@h/postgres'], 'that is the connection string of the database'],
    [['--supabase-url', 'https://supabase.com/dashboard/project/abc'], 'that is the dashboard'],
    [['--supabase-url', 'https://x.supabase.co/rest/v1'], 'write it without anything around: https://x.supabase.co'],
    [['--supabase-url', 'http://x.supabase.co'], 'write https://x.supabase.co'],
    [['--publishable-key', 'sb_secret_marked'], '--publishable-key: that is the secret key'],
    [['--app-key', 'a b'], '--app-key: it has a space'],
  ])('refuses %j as it stands', async (args, says) => {
    const { code, remarked } = await setUp(['--yes', ...args])
    expect(code).toBe(2)
    expect(remarked).toContain(says)
    expect(pipeline.appSecret.puts).toEqual([])
  })

  it('tells the keys of a project apart, old ones too', async () => {
    const old = (role: string): string => `marked.${Buffer.from(JSON.stringify({ role })).toString('base64url')}.marked`
    for (const key of [PUBLISHABLE, old('anon')])
      expect((await setUp(['--yes'], { env: { ...ENV, SUPABASE_SECRET_KEY: key } })).remarked).toContain('that is the publishable key')
    expect((await setUp(['--yes', '--publishable-key', old('service_role')])).remarked).toContain('that is the secret key')
  })
})

/** Nothing may be half-written: whatever fails, the secret is what it was. */
describe('kite setup, when a check fails', () => {
  const fails = async (says: string, args: readonly string[] = ['--yes'], world: CliWorld = {}): Promise<void> => {
    holding({ ...APP, schwabAppKey: 'before' })
    const before = await pipeline.appSecret.read()
    const { code, output, printed } = await setUp(args, world)
    expect(code).toBe(1)
    expect(output).toContain(says)
    expect(output).toContain('nothing was written: mend what failed')
    expect(printed).toMatch(/^FAILED .*\n +→ \w/m)
    expect(pipeline.appSecret.puts).toEqual([])
    expect(await pipeline.appSecret.read()).toBe(before)
  }
  const schwabThrows = (error: Error): void => {
    pipeline.schwabAnswers.tryApp = () => {
      throw error
    }
  }

  it('keeps the secret for a wrong app key or secret', async () => {
    schwabThrows(new ClientRefused('token: Schwab answered 401'))
    await fails('Schwab does not accept the app key and secret')
    expect(pipeline.credentials).toEqual([{ appKey: APP.schwabAppKey, appSecret: APP.schwabAppSecret }])
  })

  it.each([
    ['does not answer', new SchwabUnavailable('token: the connection to Schwab failed', { cause: failure('ENOTFOUND') }), 'no host'],
    ['is down', new SchwabUnavailable('token: Schwab answered 503 as in an outage'), 'Schwab answered 503'],
    ['has too many calls', new RateLimited('token: Schwab answered 429'), 'Schwab answered 429'],
  ])('keeps the secret when Schwab %s, without blaming the key', async (_name, error, says) => {
    schwabThrows(error)
    await fails('Schwab cannot be reached')
    expect((await setUp()).printed).toContain(says)
  })

  it('keeps the secret for a wrong Supabase key', async () => {
    await fails('project.supabase.co does not accept the secret key', ['--yes'], {
      env: { ...ENV, SUPABASE_SECRET_KEY: 'sb_secret_other' },
    })
  })

  it('keeps the secret for a key of Supabase that is not secret', async () => {
    const key = 'sb_secret_marked-of-a-role-that-may-not'
    const fetch: typeof globalThis.fetch = async () => Response.json({ code: '42501' }, { status: 403 })
    await fails('knows the key, but it is not a secret one', ['--yes'], { env: { ...ENV, SUPABASE_SECRET_KEY: key }, fetch })
  })

  it.each([
    ['there is no such host', 'https://other.supabase.co', undefined, 'other.supabase.co cannot be reached: there is no host of that name'],
    ['another page answers', 'https://example.org', () => new Response('<html>'), 'example.org answers, but it is no Supabase project'],
    ['another API answers', 'https://example.org', () => Response.json({}, { status: 404 }), 'it is no Supabase project'],
    ['it leads elsewhere', 'https://example.org', () => new Response('', { status: 301 }), 'it is no Supabase project'],
    ['the project is paused', 'https://x.supabase.co', () => new Response('', { status: 540 }), 'x.supabase.co answers with status 540'],
  ])('keeps the secret when %s', async (_name, url, answer, says) => {
    await fails(says, ['--yes', '--supabase-url', url], answer === undefined ? {} : { fetch: async () => answer() })
  })

  it('keeps the secret for a publishable key that Supabase does not know', async () => {
    await fails('FAILED   publishable key     Supabase does not accept it', ['--yes', '--publishable-key', 'sb_publishable_other'])
  })

  it('keeps the secret for a publishable key that may do everything', async () => {
    const all: typeof globalThis.fetch = (input, init) => supabase.fetch(input, { ...init, headers: { apikey: APP.supabaseSecretKey } })
    await fails('it may do what only a secret key may', ['--yes', '--publishable-key', 'marked-other'], { fetch: all })
  })

  it('keeps the secret for the same key twice', async () => {
    const key = 'eyJhbGciOiJub25lIn0.eyJub3RlIjoibWFya2VkIn0.marked'
    const fetch: typeof globalThis.fetch = (input, init) => supabase.fetch(input, { ...init, headers: { apikey: APP.supabaseSecretKey } })
    await fails('it is the secret key, which no browser may have', ['--yes', '--publishable-key', key], {
      fetch,
      env: { ...ENV, SUPABASE_SECRET_KEY: key },
    })
  })

  it.each([
    [
      'does not answer',
      () => Promise.reject(new TypeError('x', { cause: failure('ECONNREFUSED') })),
      'cannot be reached: nothing listens there',
    ],
    [
      'is not the login page',
      async () => Response.json({ message: 'Not Found' }, { status: 404 }),
      'answers with status 404, and not with',
    ],
  ])('keeps the secret when the deployed callback %s', async (_name, answer, says) => {
    const fetch: typeof globalThis.fetch = (input, init) => (isLoginPage(input) ? answer() : supabase.fetch(input, init))
    await fails(says, ['--yes', '--callback', 'https://login.test/reauth/callback'], { fetch })
  })

  it('keeps the secret for the callback of another deployment', async () => {
    const other = 'https://abc.execute-api.us-east-1.amazonaws.com/reauth/callback'
    await fails('it is not the one of this deployment, https://login.test/reauth/callback', ['--yes', '--callback', other])
  })
})

describe('kite setup, at the end', () => {
  const loginPage: typeof fetch = async (input, init) =>
    isLoginPage(input) ? new Response('<p>alpha-kite price feed', { status: 400 }) : supabase.fetch(input, init)

  it('accepts the deployed callback when the login page answers there', async () => {
    const { code, stored, printed } = await setUp(['--yes', '--callback', 'https://login.test/reauth/callback'], { fetch: loginPage })
    expect(code).toBe(0)
    expect(printed).toContain('https://login.test/reauth/callback answers with the login page')
    expect(stored?.callbackUrl).toBe('https://login.test/reauth/callback')
  })

  it('says what to register, and every step that is left, in order', async () => {
    supabase.migrated = false
    const { code, printed } = await setUp(['--yes', '--mail', 'me@example.org', '--stage', 'dev', '--callback', 'https://localhost:9000'])
    expect(code).toBe(0)
    expect(printed).toMatch(/^note {5}Supabase {12}project\.supabase\.co is reachable, but not migrated yet.*\n +→ kite migrate$/m)
    expect(printed.slice(printed.indexOf('Register')))
      .toBe(`Register at developer.schwab.com as callback URLs of the application, to the letter:
  https://login.test/reauth/callback
  https://localhost:9000
  https://127.0.0.1:8182

Next:
  1. npm run kite -- migrate
  2. npm run kite -- reauth --stage dev
  3. npx serverless deploy --stage dev --param mail=me@example.org
  4. npm run kite -- doctor --stage dev
`)
  })

  it('names the local stack that was meant, which sends no mails', async () => {
    const { printed } = await setUp(['--yes', '--mail', 'me@example.org', '--data', 'my state'])
    expect(printed).toMatch(/Next:\n {2}1\. npm run kite -- reauth --data 'my state'\n {2}2\. npm run kite -- doctor --data 'my state'\n$/)
  })

  it('leaves out the steps that are done', async () => {
    pipeline.secret.putCurrent(tokenText())
    expect((await setUp()).printed).toMatch(/Next:\n {2}1\. npm run kite -- doctor --stage prod\n$/)
  })

  it('says where the callback stands when the deployment cannot be asked', async () => {
    pipeline = { ...pipeline, reauthUrl: async () => undefined }
    expect((await setUp()).printed).toContain('(and the one that npx serverless info --verbose prints as ReauthCallback)')
  })

  it('tries the publishable key before there is anything to read', async () => {
    supabase.migrated = false
    expect((await setUp(['--yes', '--publishable-key', PUBLISHABLE])).printed).toMatch(/^ok +publishable key +accepted; there is nothing/m)
  })
})
