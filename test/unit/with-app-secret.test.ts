import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Context } from 'aws-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import type { LogEvent } from '../../shared/domain/log-events.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { withAppSecret, type App } from '../../shared/lambda/app-secret.ts'
import { httpHandler } from '../../shared/lambda/http-handler.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { memoryQueue } from '../fakes/memory-queues.ts'

const aws = mockClient(SecretsManagerClient)
const secret = (supabaseSecretKey: string): string =>
  JSON.stringify({
    schwabAppKey: 'key',
    schwabAppSecret: 'secret-1',
    supabaseUrl: 'https://project.supabase.co',
    supabaseSecretKey,
    signingKey: 'secret-of-thirty-two-characters-1',
  })
const store = (text: string): void => void aws.on(GetSecretValueCommand).resolves({ SecretString: text, VersionId: 'v' })
const reads = (): number => aws.commandCalls(GetSecretValueCommand).length
const pass = (minutes: number): void => void vi.setSystemTime(Date.now() + minutes * MINUTE)

let logged: LogEvent[]
const log = (event: LogEvent): void => void logged.push(event)
const context = { getRemainingTimeInMillis: () => 30_000 } as unknown as Context

/** Each way in which AWS calls a function: invokes it once and gives back what the function worked with. */
type Invoke = () => Promise<{ readonly app: App }>
const entries: readonly (readonly [string, () => Invoke])[] = [
  [
    'queue',
    () => {
      let used: { readonly app: App } | undefined
      const { source } = memoryQueue()
      const deps = withAppSecret((app) => ({ app, clock: Date.now, source }), log)
      const handler = sqsHandler(z.object({}), (_messages, ready) => ((used = ready), [Promise.resolve('done')]), deps, log)
      const record = { messageId: 'm', receiptHandle: 'r', body: '{}', attributes: {}, messageAttributes: {} }
      return async () => {
        await handler({ Records: [record] } as unknown as Parameters<typeof handler>[0], context)
        return used!
      }
    },
  ],
  [
    'schedule',
    () => {
      const handler = scheduleHandler(
        async (deps: { readonly app: App }) => deps,
        withAppSecret((app) => ({ app }), log),
        log,
      )
      return async () => handler({}, context)
    },
  ],
  [
    'request',
    () => {
      let used: { readonly app: App } | undefined
      const handler = httpHandler(
        async (deps: { readonly app: App }) => ((used = deps), { status: 200, headers: {}, body: '' }),
        withAppSecret((app) => ({ app }), log),
        () => ({ status: 500, headers: {}, body: '' }),
        log,
      )
      const event = { rawPath: '/', rawQueryString: '', headers: {}, requestContext: { http: { method: 'GET' } } }
      return async () => {
        await handler(event as unknown as Parameters<typeof handler>[0], context)
        return used!
      }
    },
  ],
]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 15) })
  vi.stubEnv('APP_SECRET_ID', 'alpha-kite-test')
  aws.reset()
  logged = []
  store(secret('sb_secret_1'))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe.each(entries)('the application secret of a function that a %s calls', (_name, start) => {
  it('is read once in five minutes, and changes nothing while it is the same', async () => {
    const invoke = start()
    const first = await invoke()
    expect(first.app).toMatchObject({ url: 'https://project.supabase.co', secretKey: 'sb_secret_1', timeoutMs: 10_000 })
    for (let minute = 1; minute < 20; minute++) {
      pass(1)
      expect(await invoke()).toBe(first)
    }
    expect(reads()).toBe(4)
    expect(logged).not.toContain('app_secret_changed')
  })

  it('is in use within five minutes after it was changed', async () => {
    const invoke = start()
    const first = await invoke()
    store(secret('sb_secret_2'))
    pass(4)
    expect(await invoke()).toBe(first)
    pass(1)
    expect((await invoke()).app.secretKey).toBe('sb_secret_2')
    expect(logged).toContain('app_secret_changed')
  })

  it.each([
    ['AWS throttles', () => void aws.on(GetSecretValueCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }))],
    ['somebody has stored nonsense', () => store('nonsense')],
  ])('stays in use while %s, and is tried again half a minute later', async (_trouble, trouble) => {
    const invoke = start()
    const first = await invoke()
    pass(5)
    trouble()
    expect(await invoke()).toBe(first)
    expect(logged).toContain('app_secret_not_read_again')
    store(secret('sb_secret_2'))
    expect(await invoke()).toBe(first)
    pass(0.5)
    expect((await invoke()).app.secretKey).toBe('sb_secret_2')
  })
})

describe('the application secret', () => {
  it('is read of the stage that the function belongs to, and never logged (invariant 5)', async () => {
    const lines: string[] = []
    const get = withAppSecret(
      ({ reread }) => ({ reread }),
      (event, fields) => void lines.push(JSON.stringify({ event, ...fields })),
    )
    await get()
    expect(aws.commandCalls(GetSecretValueCommand)[0]?.args[0].input).toMatchObject({ SecretId: 'alpha-kite-test' })
    pass(5)
    store(secret('sb_secret_2'))
    await get()
    pass(5)
    store('{"schwabAppKey":"secret-3"}')
    await get()
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toMatch(/secret-|sb_secret/)
  })
})
