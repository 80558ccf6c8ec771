import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { CommandFailed } from '../../cli/command.ts'
import type { Pipeline } from '../../cli/pipeline.ts'
import { runCli } from '../../cli/run-cli.ts'
import {
  AccessRefused,
  AwsUnavailable,
  ClientRefused,
  SchwabUnavailable,
  StoreUnavailable,
  TokenUnreadable,
} from '../../shared/domain/errors.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { memoryPipeline, type MemoryPipeline } from '../fakes/cli-pipeline.ts'
import { NOW, SECRETS, tokenText } from '../fakes/cli-tokens.ts'

const Report = z.object({
  healthy: z.boolean(),
  lines: z.array(z.object({ name: z.string(), verdict: z.string(), says: z.string(), todo: z.string().optional() })),
})

const MIGRATIONS = [{ file: '1_x.sql', version: '1', name: 'x', sql: 'create function public.f() returns json as $$select 1$$;' }]

const examine = async (pipeline: Pipeline) => {
  const deps = cliDeps({ pipeline, migrations: MIGRATIONS })
  const code = await runCli(['doctor', '--json'], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(SECRETS)
  const { healthy, lines } = Report.parse(JSON.parse(deps.printed()))
  expect(code).toBe(healthy ? 0 : 1)
  for (const { verdict, todo } of lines) if (verdict === 'failed') expect(todo).toMatch(/\w/)
  return { code, lines, line: (name: string) => lines.find((line) => line.name === name) }
}
/** The names of the lines that need somebody. */
const bad = ({ lines }: Awaited<ReturnType<typeof examine>>): readonly string[] =>
  lines.filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown').map(({ name }) => name)

/** A pipeline with nothing wrong, `now` in session unless said otherwise; its newest candle ended `age` before. */
const healthy = async ({ now = NOW, age = MINUTE }: { readonly now?: number; readonly age?: number } = {}): Promise<MemoryPipeline> => {
  const pipeline = memoryPipeline({ now, token: tokenText({ loggedInAt: now - HOUR, accessExpiresAt: now + 20 * MINUTE }) })
  pipeline.schwabAnswers.prove = () => {}
  await pipeline.memory.recordProven({
    version: 'version-1',
    how: 'login',
    now: now - HOUR,
    loggedInAt: now - HOUR,
    accessExpiresAt: now,
    refreshExpiresAt: now,
  })
  const at = now - age - MINUTE
  const session = marketCalendar().sessionOn('2026-03-10')!
  const candle = { at, open: 1, high: 1, low: 1, close: 1, volume: 1 }
  const window = { from: session.opensAt, to: session.closesAt, sessions: [session] }
  await pipeline.memory.ingest([{ v: 1, kind: 'live', ticker: 'QQQ', ...window, fetchedAt: now, candles: [candle], traceId: 't' }], now)
  return pipeline
}

describe('kite doctor', () => {
  it.each([
    [undefined, 'it lacks the newest migrations'],
    [[{ name: 'f', body: 'select 2' }], 'it is not what the migrations make of it: f of 1_x.sql'],
    [[], 'f of 1_x.sql'],
  ])('names the file that the database is not of', async (functions, says) => {
    const pipeline = await healthy()
    pipeline.signs.functions = functions
    const found = await examine(pipeline)
    expect(found.line('database')).toMatchObject({ verdict: 'failed', says: expect.stringContaining(says) })
    expect(found.code).toBe(1)
  })

  it('finds nothing wrong with a healthy pipeline, line by line, with exit code 0', async () => {
    const found = await examine(await healthy())
    expect(found.lines.map(({ name, verdict }) => `${verdict} ${name}`)).toEqual([
      'ok application secret',
      'ok Schwab application',
      'ok token secret',
      'ok access token',
      'ok refresh token',
      'ok data call',
      'ok database',
      "ok today's rows",
      'ok newest candle',
      'ok tickers',
      'ok jobs',
      'ok candles',
      'ok auth-dlq',
      'ok jobs-dlq',
      'ok candles-dlq',
      'ok events-dlq',
      'ok schedules',
      'ok scheduler',
      'ok token-keeper',
      'note callback URL',
    ])
    expect(found.line('callback URL')?.says).toContain('https://login.test/reauth/callback')
    expect(found.code).toBe(0)
  })

  it('makes a real data call with the stored token, which counts in the budget', async () => {
    const pipeline = await healthy()
    const asked: string[] = []
    pipeline.schwabAnswers.prove = (accessToken) => void asked.push(accessToken)
    await examine(pipeline)
    expect(asked).toEqual(['marked-access'])
    const rest = await pipeline.memory.beginFetch({ now: NOW, live: 200, backfill: 0, perMinute: 120, backfillPerMinute: 20 })
    expect(rest.live).toBe(119)
  })

  it('makes none when the budget of the minute is spent, and does not call that well', async () => {
    const pipeline = await healthy()
    await pipeline.memory.beginFetch({ now: NOW, live: 120, backfill: 0, perMinute: 120, backfillPerMinute: 20 })
    pipeline.schwabAnswers.prove = () => {
      throw new Error('this call is one too many')
    }
    expect(bad(await examine(pipeline))).toEqual(['data call'])
  })

  it.each([
    ['refused', new AccessRefused('quotes: Schwab answered 401'), 'quotes: Schwab answered 401'],
    ['not answered', new SchwabUnavailable('quotes: Schwab did not answer in time'), 'did not answer in time'],
  ])('fails when the data call is %s, though the token looks well', async (_, error, says) => {
    const pipeline = await healthy()
    pipeline.schwabAnswers.prove = () => {
      throw error
    }
    const found = await examine(pipeline)
    expect(bad(found)).toEqual(['data call'])
    expect(found.line('data call')?.says).toContain(says)
  })

  it('fails for an unreadable application secret, without hiding what else can be measured', async () => {
    const pipeline = await healthy()
    const app = () => Promise.reject(new TokenUnreadable('the application secret has no usable signingKey'))
    const lines = { ...pipeline, app, store: app, schwab: app, vitalSigns: app }
    const found = await examine(lines)
    expect(found.line('application secret')).toMatchObject({ verdict: 'failed', says: 'the application secret has no usable signingKey' })
    expect(found.line('jobs')?.verdict).toBe('ok')
    expect(found.line('access token')?.verdict).toBe('ok')
  })

  it.each([
    ['CredentialsProviderError', 'AWS', 'no AWS credentials were found'],
    ['ExpiredTokenException', 'AWS', 'AWS does not accept the credentials'],
    ['TimeoutError', 'AWS', 'AWS cannot be reached: it does not answer in time'],
  ])('says one thing alone when AWS cannot be asked at all: %s', async (name, line, says) => {
    const pipeline = await healthy()
    const read = () => Promise.reject(new AwsUnavailable('x', { cause: Object.assign(new Error('no'), { name }) }))
    const found = await examine({ ...pipeline, appSecret: { ...pipeline.appSecret, read } })
    expect(found.lines.map(({ verdict, name }) => `${verdict} ${name}`)).toEqual([`failed ${line}`, 'unknown everything else'])
    expect(found.line(line)?.says).toContain(says)
  })

  it('goes on measuring when only the application secret may not be read', async () => {
    const pipeline = await healthy()
    const cause = Object.assign(new Error('no'), { name: 'AccessDeniedException' })
    const refused = () => Promise.reject(new TokenUnreadable('Secrets Manager refused the call on alpha-kite-prod', { cause }))
    const app = { app: refused, store: refused, vitalSigns: refused, schwab: refused }
    const found = await examine({ ...pipeline, ...app, appSecret: { ...pipeline.appSecret, read: refused } })
    expect(found.line('application secret')).toMatchObject({ verdict: 'failed', todo: expect.stringContaining('may not do this') })
    expect(found.line('jobs')?.verdict).toBe('ok')
    expect(bad(found)).toEqual([
      'application secret',
      'Schwab application',
      'token secret',
      'data call',
      'database',
      "today's rows",
      'newest candle',
      'tickers',
      'scheduler',
      'token-keeper',
    ])
    expect(found.lines.filter(({ verdict }) => verdict === 'failed')).toHaveLength(1)
  })

  it('fails when nothing is deployed, and names the stage', async () => {
    const pipeline = await healthy()
    pipeline.appSecret.become({ kind: 'none' })
    const deps = cliDeps({ pipeline, migrations: MIGRATIONS })
    expect(await runCli(['doctor', '--stage', 'dev', '--region', 'eu-west-1'], deps)).toBe(1)
    expect(deps.printed()).toContain('→ npx serverless deploy --stage dev --region eu-west-1; or is it another account')
  })

  it('fails when Schwab does not know the application, though the token looks well', async () => {
    const pipeline = await healthy()
    pipeline.schwabAnswers.tryApp = () => {
      throw new ClientRefused('token: Schwab answered 401')
    }
    const found = await examine(pipeline)
    expect(bad(found)).toEqual(['Schwab application'])
    expect(found.line('Schwab application')?.todo).toContain('kite setup')
  })

  it('fails for a missing token', async () => {
    const found = await examine(memoryPipeline({ now: NOW }))
    expect(found.line('token secret')).toMatchObject({ verdict: 'failed', todo: expect.stringContaining('kite reauth') })
    expect(found.line('data call')?.verdict).toBe('unknown')
  })

  it('fails for a dead token, and shows the outage', async () => {
    const pipeline = await healthy()
    await pipeline.memory.markDead({ version: 'version-1', reason: 'reauth_required', now: NOW - HOUR })
    const found = await examine(pipeline)
    expect(found.line('token secret')?.says).toMatch(/^dead: Schwab no longer accepts/)
    expect(found.line('outage')).toMatchObject({ verdict: 'failed', says: expect.stringContaining('outage-1') })
  })

  it('fails for an access token that nobody renewed', async () => {
    const pipeline = memoryPipeline({ now: NOW, token: tokenText({ accessExpiresAt: NOW - HOUR }) })
    const found = await examine(pipeline)
    expect(found.line('access token')).toMatchObject({
      verdict: 'failed',
      says: 'ended 60 min ago',
      todo: expect.stringContaining('token-keeper'),
    })
    expect(found.line('data call')?.verdict).toBe('unknown')
  })

  it('warns before the refresh token ends', async () => {
    const pipeline = await healthy()
    pipeline.secret.putCurrent(tokenText({ loggedInAt: NOW - 6 * 24 * HOUR }))
    expect((await examine(pipeline)).line('refresh token')).toMatchObject({ verdict: 'note', todo: expect.stringContaining('kite reauth') })
  })

  it('fails while the database does not answer, and calls nothing well that is measured there', async () => {
    const pipeline = await healthy()
    const down = () => Promise.reject(new StoreUnavailable('the database does not answer'))
    const found = await examine({ ...pipeline, store: down, vitalSigns: down })
    expect(bad(found)).toEqual(['token secret', 'database', "today's rows", 'newest candle', 'tickers', 'scheduler', 'token-keeper'])
    expect(found.line('data call')?.verdict).toBe('ok')
  })

  it("fails when a ticker has none of today's rows in session", async () => {
    const pipeline = await healthy()
    pipeline.signs.tickers = ['QQQ']
    const found = await examine(pipeline)
    expect(bad(found)).toEqual(["today's rows"])
    expect(found.line("today's rows")?.says).toBe('1 of 2 tickers have candles of 2026-03-10; none of BRK/B')
  })

  it.each([
    [4 * MINUTE, 'ok'],
    [6 * MINUTE, 'failed'],
  ])('judges a newest candle that ended %i ms ago in session %s', async (age, verdict) => {
    expect((await examine(await healthy({ age }))).line('newest candle')?.verdict).toBe(verdict)
  })

  it('takes an old candle for well when the market has been closed since, and not when the session broke off', async () => {
    const { closesAt } = marketCalendar().sessionOn('2026-03-10')!
    const evening = closesAt + 4 * HOUR
    const whole = await examine(await healthy({ now: evening, age: 4 * HOUR }))
    expect(bad(whole)).toEqual([])
    expect(whole.line("today's rows")?.verdict).toBe('note')
    const broken = await examine(await healthy({ now: evening, age: 5 * HOUR }))
    expect(broken.line('newest candle')).toMatchObject({
      verdict: 'failed',
      says: expect.stringContaining('60 min of the session of 2026-03-10'),
    })
  })

  it('fails for a dead-letter queue that is not empty, and for one that cannot be read', async () => {
    const pipeline = await healthy()
    pipeline.queues.messages.set('jobs-dlq', [{ id: '1', body: 'marked', sentAt: NOW, receives: 1, attributes: {} }])
    expect((await examine(pipeline)).line('jobs-dlq')).toMatchObject({ verdict: 'failed', says: '1 waiting, 0 in flight' })
    const depth = () => Promise.reject(new AwsUnavailable('the queue x: there is no such queue'))
    const found = await examine({ ...pipeline, queues: { ...pipeline.queues, depth } })
    expect(bad(found)).toEqual(['jobs', 'candles', 'auth-dlq', 'jobs-dlq', 'candles-dlq', 'events-dlq'])
  })

  it('fails for a queue with more than ten minutes of work', async () => {
    const pipeline = await healthy()
    const depth = async () => ({ waiting: 1201, inFlight: 0, delayed: 0 })
    expect((await examine({ ...pipeline, queues: { ...pipeline.queues, depth } })).line('jobs')?.verdict).toBe('failed')
  })

  it('fails for a schedule that has left no sign for three minutes, or never', async () => {
    const pipeline = await healthy()
    pipeline.signs.tick = NOW - 4 * MINUTE
    pipeline.signs.keeper = undefined
    const found = await examine(pipeline)
    expect(bad(found)).toEqual(['scheduler', 'token-keeper'])
    expect(found.line('scheduler')?.says).toMatch(/^ran 4 min ago, .* \(by scheduler_ticks\)$/)
    expect(found.line('token-keeper')?.says).toMatch(/^has never run/)
    pipeline.signs.keeper = NOW - 62 * MINUTE
    expect((await examine(pipeline)).line('token-keeper')?.verdict).toBe('ok')
    pipeline.signs.keeper = NOW - 64 * MINUTE
    expect((await examine(pipeline)).line('token-keeper')?.verdict).toBe('failed')
  })

  it('fails for a schedule that is disabled, or when none is deployed; what AWS does not say is no failure', async () => {
    const pipeline = await healthy()
    pipeline.signs.schedules = [
      { name: 'Scheduler', isEnabled: true },
      { name: 'TokenDashkeeper', isEnabled: false },
    ]
    expect((await examine(pipeline)).line('schedules')).toMatchObject({ verdict: 'failed', says: 'disabled: TokenDashkeeper' })
    pipeline.signs.schedules = []
    expect((await examine(pipeline)).line('schedules')?.verdict).toBe('failed')
    const schedules = () => Promise.reject(new CommandFailed('AWS does not say: AccessDeniedException'))
    expect((await examine({ ...pipeline, schedules })).line('schedules')?.verdict).toBe('note')
  })

  it('says for people what to do below each line that failed', async () => {
    const pipeline = await healthy()
    pipeline.signs.tick = undefined
    const deps = cliDeps({ pipeline, migrations: MIGRATIONS })
    expect(await runCli(['doctor'], deps)).toBe(1)
    expect(deps.printed()).toMatch(/^ok {7}data call {11}Schwab answered a quote in \d+ ms$/m)
    expect(deps.printed()).toMatch(
      /^FAILED {3}scheduler {11}has never run.*\n {29}→ after the first kite setup wait two minutes.*: is its schedule enabled/m,
    )
    expect(deps.printed()).toMatch(/\n1 of 20 lines need you\.\n$/)
  })
})
