import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FaultBoard, faultBoard } from '../../local/faults/fault-board.ts'
import { functionFaults } from '../../local/faults/function-faults.ts'
import { type Gate, startGate } from '../../local/faults/gate.ts'
import type { ServiceRequest } from '../../local/http/service.ts'
import { PATIENCE_MS } from '../../local/patience.ts'
import { startEnvironment } from '../../local/runtime/environment.ts'
import { functionPool, type FunctionPool } from '../../local/runtime/function-pool.ts'
import { startRuntimeApi, type RuntimeApi } from '../../local/runtime/runtime-api.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')

const HANDLERS = `
import { request } from 'node:http'
const post = (url, body) => new Promise((resolve, reject) => {
  request(url, { method: 'POST' }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject).end(body)
})
export const handler = async ({ how }) => {
  if (how === 'stay') { console.log('staying'); await new Promise(() => setInterval(() => {}, 1000)) }
  if (how === 'clock') return Date.now()
  const url = process.env.SERVICE_URL + '/put'
  return { pid: process.pid, status: how === 'fetch' ? (await fetch(url, { method: 'POST', body: 'x' })).status : await post(url, 'x') }
}
`

describe('the death of a function', () => {
  let dir: string
  let api: RuntimeApi
  let gate: Gate
  let board: FaultBoard
  let pool: FunctionPool
  const reached: ServiceRequest[] = []
  const lines: string[] = []

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kill-'))
    writeFileSync(join(dir, 'handlers.mjs'), HANDLERS)
    api = await startRuntimeApi()
    board = faultBoard({ file: undefined, clock: () => NOON })
    const faults = functionFaults(board)
    const callOf = () => ({ service: 'sqs', operation: 'SendMessageBatch' })
    gate = await startGate({
      service: async (request) => {
        reached.push(request)
        return { status: 200, headers: {}, body: Buffer.from('done') }
      },
      callOf,
      onCall: faults.onCall,
    })
    const model = {
      logicalId: 'Fn',
      name: 'alpha-kite-pipeline-prod-fetcher',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:fetcher',
      handler: 'handlers.handler',
      timeoutSeconds: 10,
      memoryMb: 512,
      environment: {},
    }
    const code = { file: join(dir, 'handlers.mjs'), exportName: 'handler', directory: dir }
    const variables = { SERVICE_URL: gate.url }
    pool = functionPool(() =>
      startEnvironment({ api, model, code, variables, onLine: (line) => void lines.push(line), watch: faults.watch }),
    )
  })
  afterAll(async () => {
    await pool.stop()
    await api.stop()
    await gate.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  beforeEach(() => {
    reached.splice(0)
    lines.splice(0)
  })
  afterEach(() => {
    vi.useRealTimers()
    board.clearAll()
  })

  const died = { ok: false, error: 'the process of alpha-kite-pipeline-prod-fetcher ended' }
  const done = { ok: true, value: { pid: expect.any(Number), status: 200 } }

  it.each([
    ['fetch', 'before', 0],
    ['fetch', 'after', 1],
    ['node:http', 'before', 0],
    ['node:http', 'after', 1],
  ] as const)('comes at its call by %s, %s the service has done it; the next event finds a new process', async (how, phase, calls) => {
    const before = await pool.invoke({ how }, NOON)
    reached.splice(0)
    board.set({ fault: 'kill-function', name: 'fetcher', moment: { service: 'sqs', operation: 'SendMessageBatch', phase }, times: 1 })
    expect(await pool.invoke({ how }, NOON)).toEqual(died)
    expect(reached).toHaveLength(calls)
    const next = await pool.invoke({ how }, NOON)
    expect(next).toEqual(done)
    expect(next).not.toEqual(before)
    expect(reached.every(({ headers }) => headers['alpha-kite-environment'] === undefined)).toBe(true)
  })

  it('strikes the one environment that made the call', async () => {
    board.set({
      fault: 'kill-function',
      name: 'fetcher',
      moment: { service: 'sqs', operation: 'SendMessageBatch', phase: 'after' },
      times: 1,
    })
    const results = await Promise.all([1, 2, 3].map(() => pool.invoke({ how: 'fetch' }, NOON)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(2)
    expect(results).toContainEqual(died)
  })

  it('comes so long after the start of an event that lasts so long', async () => {
    board.set({ fault: 'kill-function', name: 'fetcher', moment: { afterMs: 300 }, times: 1 })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    expect(await pool.invoke({ how: 'fetch' }, NOON)).toEqual(done)
    let ended: unknown
    const staying = pool.invoke({ how: 'stay' }, NOON).then((result) => (ended = result))
    while (!lines.includes('staying')) await new Promise(setImmediate)
    vi.advanceTimersByTime(299)
    // It answers after an event that began later, so it would have died by now.
    expect(await pool.invoke({ how: 'fetch' }, NOON)).toEqual(done)
    expect(ended).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(await staying).toEqual(died)
    vi.useRealTimers()
    expect(await pool.invoke({ how: 'fetch' }, NOON)).toEqual(done)
  })

  it('comes to all that are busy when their host fails', async () => {
    const first = pool.invoke({ how: 'stay' }, NOON)
    await vi.waitFor(() => expect(lines).toContain('staying'), PATIENCE_MS)
    expect(pool.killActive()).toBe(1)
    expect(await first).toEqual(died)
    expect(pool.killActive()).toBe(0)
  })

  it('is not what a clock that is ahead does to it', async () => {
    board.set({ fault: 'clock-skew', seconds: 3600, times: 1 })
    const clockOf = async () =>
      Number((await pool.invoke({ how: 'clock' }, NOON).then((result) => (result.ok ? result.value : 0))) ?? 0) - NOON
    expect(Math.floor((await clockOf()) / 3_600_000)).toBe(1)
    expect(await clockOf()).toBeLessThan(60_000)
  })
})
