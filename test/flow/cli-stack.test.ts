import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { configOf } from '../../cli/find-config.ts'
import { readMigrations } from '../../cli/migrate/migration.ts'
import { openPipeline } from '../../cli/open-pipeline.ts'
import { runCli } from '../../cli/run-cli.ts'
import { readEndpoints, type Endpoints } from '../../local/endpoints.ts'
import { PATIENCE_MS } from '../../local/patience.ts'
import { guarded } from '../../local/process/guarded.ts'
import { queueUrl } from '../../local/stack/sqs.ts'
import { marketCalendar, sessionsBetween } from '../../shared/domain/calendar.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { cliDeps } from '../fakes/cli-deps.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const NODE = ['--disable-warning=ExperimentalWarning', '--import', './local/clock/replace-date.ts', 'local/start.ts']
const dir = mkdtempSync(join(tmpdir(), 'kite-'))
// What a person who plays with another stack may have set.
const env = { AWS_PROFILE: 'nobody' }
const world = { env, clock: Date.now, fetch, loadConfig: (replay: string | undefined) => configOf(replay, env, ROOT) }
let stack: ChildProcess
let endpoints: Endpoints

/** At the pace of the real clock, so that little happens beside what the test does. */
beforeAll(async () => {
  stack = guarded(
    spawn(process.execPath, [...NODE, '--data', dir, '--speed', '1', '--port', '47210'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  await new Promise<void>((ready, failed) => {
    stack.stdout?.on('data', (text) => String(text).includes('Ctrl-C') && ready())
    stack.once('close', () => failed(new Error('the stack ended')))
  })
  endpoints = readEndpoints(dir)!
  const isAlive = async (): Promise<void> => expect((await kite(['token'])).printed).toMatch(/^state +alive$/m)
  await vi.waitFor(isAlive, { timeout: PATIENCE_MS, interval: 500 })
})
afterAll(async () => {
  stack.kill('SIGTERM')
  await once(stack, 'close')
  rmSync(dir, { recursive: true, force: true })
})

const kite = async (args: readonly string[], readLine?: (printed: string) => Promise<string>, more = {}) => {
  const fakes = cliDeps({ fetch, env: more, migrations: readMigrations(resolve(ROOT, 'supabase/migrations')) })
  const deps = {
    ...fakes,
    openPipeline: () => openPipeline({ data: dir }, world),
    ...(readLine !== undefined && { readPasted: () => readLine(fakes.printed()) }),
  }
  const code = await runCli(args, deps)
  const pipeline = await openPipeline({ data: dir }, world)
  const output = deps.printed() + deps.remarked()
  const current = await pipeline.secret.current().catch(() => undefined)
  const token = current && parseToken(current.value)
  for (const secret of [token?.accessToken, token?.refreshToken, endpoints.supabase.secretKey, (await pipeline.app()).signingKey])
    if (secret !== undefined) expect(output).not.toContain(secret)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}

/** Presses Allow on the simulator's login page. @returns where the browser is sent */
const allow = async (link: URL): Promise<string> => {
  const form = new URLSearchParams([...link.searchParams, ['decision', 'allow']])
  const response = await fetch(`${link.origin}${link.pathname}`, { method: 'POST', body: form, redirect: 'manual' })
  return response.headers.get('location') ?? ''
}

describe('kite, with a running local stack', () => {
  it('logs in at the simulator and puts the token in use', async () => {
    const { code, printed } = await kite(['reauth', '--paste'], (text) => allow(new URL(text.trim())))
    expect(printed).toContain('Logged in. The new token is proven and in use until')
    expect(code).toBe(0)
    const { printed: after } = await kite(['token', '--json'])
    expect(JSON.parse(after)).toMatchObject({ state: 'alive', proven: true })
    expect(JSON.parse(after)).toHaveProperty('history.0.what', 'login')
  })

  it('takes no code a second time', async () => {
    let address = ''
    await kite(['reauth', '--paste'], async (text) => (address = await allow(new URL(text.trim()))))
    const { code, printed } = await kite(['reauth', '--paste'], async (text) => {
      const state = new URL(text.trim()).searchParams.get('state') ?? ''
      const again = new URL(address)
      again.searchParams.set('state', state)
      return again.href
    })
    expect({ code, printed: printed.split('\n')[1] }).toMatchObject({
      code: 1,
      printed: expect.stringContaining('Schwab did not accept the code'),
    })
    expect((await kite(['token'])).printed).toMatch(/^state +alive$/m)
  })

  it('shows and empties a dead-letter queue', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const client = new SQSClient({ endpoint: endpoints.sqs.url, region: 'us-east-1', credentials })
    const attributes = { reason: { DataType: 'String', StringValue: 'MALFORMED' } }
    const QueueUrl = queueUrl(endpoints.sqs.url, 'alpha-kite-pipeline-prod-jobs-dlq')
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'nobody can read this', MessageAttributes: attributes }))
    const shown = (await kite(['dlq', 'show', 'jobs'])).printed
    expect(shown).toMatch(/^\? +not readable, 20 bytes +- +MALFORMED +- +\d+ s +1×$/m)
    expect((await kite(['dlq', 'purge', 'jobs', '--yes'])).code).toBe(0)
    expect((await kite(['dlq', 'list', 'jobs'])).printed).toMatch(/^jobs +0 +0 +-$/m)
  })

  it('finds nothing to redrive, and asks for sessions again', async () => {
    expect(await kite(['redrive'])).toMatchObject({ code: 0, remarked: expect.stringContaining('nothing is parked') })
    const { config, clock } = await openPipeline({ data: dir }, world)
    const closed = sessionsBetween(marketCalendar(config), clock() - 10 * 24 * HOUR, clock() - 12 * HOUR)
    const [from, to] = closed.slice(-2).map(({ date }) => date)
    const asked = await kite(['backfill', '--ticker', 'QQQ', '--from', from ?? '', '--to', to ?? ''])
    expect(asked).toMatchObject({ code: 0, printed: expect.stringContaining('1 request for 2 sessions of QQQ') })
    expect(asked.remarked).not.toContain('dead')
  })

  it('measures every line of the checklist', async () => {
    const { printed } = await kite(['doctor', '--json'])
    const { lines } = JSON.parse(printed) as { readonly lines: readonly { readonly name: string; readonly verdict: string }[] }
    const verdicts = new Map(lines.map(({ name, verdict }) => [name, verdict]))
    for (const name of ['application secret', 'token secret', 'access token', 'refresh token', 'data call', 'database', 'jobs', 'auth-dlq'])
      expect([name, verdicts.get(name)]).toEqual([name, 'ok'])
    expect([...verdicts.keys()]).toEqual(
      expect.arrayContaining(["today's rows", 'newest candle', 'scheduler', 'token-keeper', 'callback URL']),
    )
    expect(printed).toContain(`${endpoints.reauth.url}/reauth/callback`)
  })

  it('is set up as a deployment is: tried first, written once, and wholly or not at all', async () => {
    const versionId = async () => {
      const state = await (await openPipeline({ data: dir }, world)).appSecret.read()
      return state.kind === 'value' ? state.versionId : undefined
    }
    const [before, same] = [await versionId(), ['setup', '--yes', '--data', dir]]
    expect((await kite(same)).printed).toContain('Nothing to change')
    const refused = await kite(same, undefined, { SCHWAB_APP_SECRET: 'wrong' })
    expect(refused).toMatchObject({ code: 1, printed: expect.stringMatching(/^FAILED +Schwab application/) })
    expect(await versionId()).toBe(before)

    const { code, printed } = await kite([
      ...same,
      '--callback',
      'https://127.0.0.1:8182',
      '--publishable-key',
      endpoints.supabase.publishableKey,
    ])
    expect({ code, printed }).toMatchObject({
      code: 0,
      printed: expect.stringContaining('Stored in alpha-kite-prod: supabasePublishableKey, callbackUrl, kept'),
    })
    expect(printed).toContain(`${endpoints.reauth.url}/reauth/callback\n`)
    expect(printed).toContain(`Next:\n  1. npm run kite -- doctor --data ${dir}\n`)
    expect(await versionId()).not.toBe(before)
    expect((await kite(['reauth', '--paste'], (text) => allow(new URL(text.trim())))).code).toBe(0)
  })

  it('leaves its migrations to npm start', async () => {
    expect((await kite(['migrate', '--data', dir])).printed).toContain('npm start does it')
  })

  it('prints the link of the local endpoint', async () => {
    const { printed } = await kite(['reauth', '--link'])
    expect(printed.startsWith(`${endpoints.reauth.url}/reauth?ticket=`)).toBe(true)
    expect((await fetch(printed.trim())).status).toBe(200)
  })
})
