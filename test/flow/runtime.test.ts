import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import { guarded } from '../../local/process/guarded.ts'
import { startEnvironment } from '../../local/runtime/environment.ts'
import { functionPool, type FunctionPool } from '../../local/runtime/function-pool.ts'
import { startRuntimeApi, type RuntimeApi } from '../../local/runtime/runtime-api.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')
const LOCAL = resolve(import.meta.dirname, '../../local')

const HANDLERS = `
export const whoami = async () => process.pid
export const variables = async () => process.env
export const clock = async (event, context) => {
  const [start, left, text] = [Date.now(), context.getRemainingTimeInMillis(), new Date().toISOString()]
  await new Promise((wake) => setTimeout(wake, 60))
  return { start, left, text, passed: Date.now() - start, used: left - context.getRemainingTimeInMillis() }
}
export const stay = async () => { console.log(process.pid); await new Promise(() => setInterval(() => {}, 1000)) }
export const say = async (event) => { console.log(JSON.stringify({ said: event.word })) }
export const step = async ({ what }) => {
  if (what === 'exit') process.exit(3)
  if (what === 'throw') throw new RangeError('out of bounds')
  if (what === 'hang') await new Promise(() => setInterval(() => {}, 1000))
  if (what === 'spin') for (;;);
  if (what === 'circle') { const circle = {}; circle.self = circle; return circle }
  if (what === 'symbol') return Symbol('no JSON')
  return { pid: process.pid }
}
`

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the local Lambda runtime', () => {
  let dir: string
  let api: RuntimeApi
  let pool: FunctionPool | undefined
  const lines: string[] = []

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'runtime-'))
    writeFileSync(join(dir, 'handlers.mjs'), HANDLERS)
    writeFileSync(join(dir, 'broken.mjs'), 'throw new TypeError("no configuration")')
    api = await startRuntimeApi()
  })
  afterAll(async () => {
    await api.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  beforeEach(() => void lines.splice(0))
  afterEach(async () => {
    await pool?.stop()
    pool = undefined
  })

  const start = (exportName: string, options: { readonly timeoutSeconds?: number; readonly file?: string } = {}): FunctionPool => {
    const model = {
      logicalId: 'Fn',
      name: 'local-fn',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:local-fn',
      handler: `handlers.${exportName}`,
      timeoutSeconds: options.timeoutSeconds ?? 10,
      memoryMb: 512,
      environment: { STAGE: 'test', SHARED: 'template' },
    }
    const code = { file: join(dir, options.file ?? 'handlers.mjs'), exportName, directory: dir }
    pool = functionPool(() =>
      startEnvironment({ api, model, code, variables: { SHARED: 'stack' }, onLine: (line) => void lines.push(line) }),
    )
    return pool
  }

  const step = (what: string) => pool?.invoke({ what }, NOON)

  it('gives a function its own environment variables and nothing of ours', async () => {
    vi.stubEnv('SOMEBODY_ELSES_SECRET', 'x')
    const { value } = { value: undefined, ...(await start('variables').invoke({}, NOON)) }
    vi.unstubAllEnvs()
    expect(value).toMatchObject({ STAGE: 'test', SHARED: 'stack', TZ: 'UTC', AWS_LAMBDA_FUNCTION_NAME: 'local-fn' })
    expect(value).not.toHaveProperty('SOMEBODY_ELSES_SECRET')
    expect(value).not.toHaveProperty('PATH')
  })

  it('starts each event at its simulated time, from which the clock runs on at real rate', async () => {
    const fn = start('clock', { timeoutSeconds: 10 })
    for (const startsAt of [NOON, NOON + 86_400_000, NOON]) {
      const { value } = { value: undefined, ...(await fn.invoke({}, startsAt)) }
      const { start, left, text, passed, used } = Object(value)
      expect(start - startsAt).toBeGreaterThanOrEqual(0)
      expect(start - startsAt).toBeLessThan(2000)
      expect(text.slice(0, 10)).toBe(new Date(startsAt).toISOString().slice(0, 10))
      expect(left).toBe(startsAt + 10_000 - start)
      expect(passed).toBeGreaterThanOrEqual(59)
      expect(passed).toBeLessThan(2000)
      expect(used).toBeGreaterThanOrEqual(59)
    }
  })

  it('keeps an environment for the next event and starts another while it is busy', async () => {
    const fn = start('whoami')
    const first = await fn.invoke({}, NOON)
    expect(await fn.invoke({}, NOON)).toEqual(first)
    const both = await Promise.all([fn.invoke({}, NOON), fn.invoke({}, NOON)])
    expect(both).toContainEqual(first)
    expect(both[0]).not.toEqual(both[1])
  })

  it('handles the events after a recycling in a new environment', async () => {
    const fn = start('whoami')
    const first = await fn.invoke({}, NOON)
    fn.recycle()
    expect(await fn.invoke({}, NOON)).not.toEqual(first)
  })

  it('passes on what a function prints', async () => {
    await start('say').invoke({ word: 'hello' }, NOON)
    await vi.waitFor(() => expect(lines).toEqual(['{"said":"hello"}']), PATIENCE_MS)
  })

  it('fails an event whose handler throws, and keeps the environment as Lambda does', async () => {
    start('step')
    const before = await step('return')
    expect(await step('throw')).toEqual({ ok: false, error: expect.stringContaining('"errorMessage":"out of bounds"') })
    expect(await step('return')).toEqual(before)
  })

  it('fails an event whose handler ends the process, and handles the next in a new environment', async () => {
    start('step')
    const before = await step('return')
    expect(await step('exit')).toEqual({ ok: false, error: 'the process of local-fn ended' })
    const after = await step('return')
    expect(after).toMatchObject({ ok: true })
    expect(after).not.toEqual(before)
  })

  it.each(['hang', 'spin'])('kills a handler at its time-out that would %s for ever', async (what) => {
    start('step', { timeoutSeconds: 1 })
    const before = await step('return')
    expect(await step(what)).toEqual({ ok: false, error: 'Task timed out after 1 seconds' })
    const { value } = { value: undefined, ...before }
    await vi.waitFor(() => expect(isRunning(Object(value).pid)).toBe(false), PATIENCE_MS)
    expect(await step('return')).toMatchObject({ ok: true })
  })

  it('outlasts answers that have no JSON', async () => {
    start('step')
    expect(await step('circle')).toEqual({ ok: false, error: expect.stringContaining('circular') })
    expect(await step('symbol')).toEqual({ ok: true, value: null })
    expect(await step('return')).toMatchObject({ ok: true })
  })

  it.each([
    ['throws while it is loaded', 'handler', 'broken.mjs', 'no configuration'],
    ['is not there', 'nowhere', 'handlers.mjs', 'exports no function nowhere'],
  ])('fails the events of a function that %s', async (_, exportName, file, reason) => {
    expect(await start(exportName, { file }).invoke({}, NOON)).toEqual({ ok: false, error: expect.stringContaining(reason) })
  })

  it('ends every environment when it is stopped', async () => {
    const fn = start('whoami')
    const answers = await Promise.all([fn.invoke({}, NOON), fn.invoke({}, NOON)])
    await fn.stop()
    for (const answer of answers) expect(isRunning(Number(answer.ok && answer.value))).toBe(false)
  })

  it('ends the environments, busy as they are, when its own process is killed', async () => {
    const parent = `
      import { startEnvironment } from '${LOCAL}/runtime/environment.ts'
      import { startRuntimeApi } from '${LOCAL}/runtime/runtime-api.ts'
      const model = { logicalId: 'Fn', name: 'fn', arn: 'arn', handler: 'h', timeoutSeconds: 60, memoryMb: 128, environment: {} }
      const code = { file: '${join(dir, 'handlers.mjs')}', exportName: 'stay', directory: '${dir}' }
      const api = await startRuntimeApi()
      const environment = startEnvironment({ api, model, code, variables: {}, onLine: console.log })
      await environment.invoke({}, 0)`
    const child = guarded(spawn(process.execPath, ['--input-type=module', '-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] }))
    const [printed] = await once(child.stdout, 'data')
    const pid = Number(printed)
    expect(isRunning(pid)).toBe(true)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), PATIENCE_MS)
  })
})
