import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { simCommand } from '../../cli/sim.ts'
import { CommandFailed, UsageError } from '../../cli/command.ts'
import { type FaultBoard, faultBoard } from '../../local/faults/fault-board.ts'
import { faultDesk } from '../../local/faults/fault-desk.ts'
import { stackControl } from '../../local/faults/stack-control.ts'
import { listen } from '../../local/listen.ts'
import type { Action } from '../../local/script/action.ts'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { startTestSchwab, type TestClock } from './schwab-simulator-setup.ts'

let server: Server
let url: string
let schwab: SchwabSimulator
let clock: TestClock
let board: FaultBoard
let acted: Action[]
let chosen: number

beforeEach(async () => {
  ;({ schwab, clock } = await startTestSchwab())
  board = faultBoard({ file: undefined, clock: () => clock.now })
  acted = []
  const control = stackControl({
    desk: faultDesk({ schwab: schwab.control, board, clock: () => clock.now }),
    clock: () => clock.now,
    functions: ['fetcher', 'writer'],
    setSpeed: (speed) => (chosen = speed) < 500,
    state: async () => ({ outages: 2 }),
    act: async (action) => {
      acted.push(action)
      if (action.action === 'deny') throw new Error('there is no outage')
      return action.action === 'redrive' ? { sent: 3 } : undefined
    },
  })
  server = createServer((request, response) => {
    void control(request, response).then((isAnswered) => {
      if (!isAnswered) response.end('the page')
    })
  })
  url = `http://127.0.0.1:${await listen(server, 0)}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  await schwab.stop()
})

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${url}/_stack/${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
const problemIn = async (response: Response): Promise<string> => `${response.status} ${Object((await response.json()) ?? {}).problem}`

describe('the control of a running stack', () => {
  it('leaves other paths to the status page', async () => {
    expect(await (await fetch(`${url}/`)).text()).toBe('the page')
  })

  it('lets the clock run faster and slower', async () => {
    expect((await ask('POST', 'speed', { speed: 7 })).status).toBe(200)
    expect(chosen).toBe(7)
  })

  it.each([[{ speed: 0 }], [{ speed: 'fast' }], [{}], ['fast'], [{ speed: 1e9 }]])('refuses a speed that is none: %j', async (body) => {
    chosen = 1
    expect(await problemIn(await ask('POST', 'speed', body))).toBe('400 send {"speed": 60}, a number from 0.1 to 1000')
    expect(chosen).toBe(1)
  })

  it('says that a clock at full speed keeps it', async () => {
    expect(await problemIn(await ask('POST', 'speed', { speed: 600 }))).toMatch(/^409 this stack runs as fast as it can/)
  })

  it('takes the faults of both sides as a script has them, and shows them', async () => {
    expect((await ask('POST', 'faults', { fault: 'supabase', mode: 'slow', seconds: 2, for: '20m' })).status).toBe(200)
    const response = await ask('POST', 'faults', { fault: 'data-endpoint', answer: 'empty', symbols: ['QQQ', 'SPY'], times: 2 })
    expect(await response.json()).toMatchObject({
      now: '2026-03-10T16:00:00.000Z',
      outages: 2,
      faults: [
        { fault: 'data-endpoint', answer: 'empty', symbols: ['QQQ', 'SPY'], times: 2 },
        { fault: 'supabase', mode: 'slow', until: '2026-03-10T16:20:00.000Z' },
      ],
    })
    expect(await (await ask('GET', 'state')).json()).toMatchObject({ faults: [{ fault: 'data-endpoint' }, { fault: 'supabase' }] })
  })

  it('clears one fault, or all', async () => {
    for (const fault of ['events-down', 'bad-bars', 'sqs-send-partial']) await ask('POST', 'faults', { fault })
    expect(await (await ask('DELETE', 'faults/bad-bars')).json()).toMatchObject({
      faults: [{ fault: 'events-down' }, { fault: 'sqs-send-partial' }],
    })
    expect(await (await ask('DELETE', 'faults')).json()).toMatchObject({ faults: [] })
    expect((await ask('DELETE', 'faults/volcano')).status).toBe(404)
  })

  it('has actions done, and tells what came of them', async () => {
    expect(await (await ask('POST', 'actions', { action: 'redrive' })).json()).toEqual({ result: { sent: 3 } })
    expect(await (await ask('POST', 'actions', { action: 'put-secret', kind: 'garbage' })).json()).toEqual({ result: null })
    expect(await problemIn(await ask('POST', 'actions', { action: 'deny' }))).toBe('500 there is no outage')
    expect(acted).toEqual([{ action: 'redrive' }, { action: 'put-secret', kind: 'garbage' }, { action: 'deny' }])
  })

  it.each([
    [{ fault: 'volcano' }, '400 volcano is no fault'],
    [{ fault: 'kill-function', name: 'fetch', after: '1s' }, '400 fetch is no function of serverless.yml: write fetcher'],
    [{ fault: 'expire-access', rate: { a: 1 } }, '400 send one entry'],
    [[], '400 send one entry'],
  ])('refuses %j', async (body, problem) => {
    expect(await problemIn(await ask('POST', 'faults', body))).toContain(problem)
    expect(board.list()).toEqual([])
  })

  it('refuses what a page of another site could send', async () => {
    expect((await ask('POST', 'faults', { fault: 'events-down' }, { 'content-type': 'text/plain' })).status).toBe(415)
    expect(board.list()).toEqual([])
  })
})

describe('kite sim', () => {
  const run = async (...args: readonly string[]) => {
    const deps = cliDeps()
    const sim = simCommand({ fetch, statusUrl: (dir) => (dir === 'nowhere' ? undefined : dir === 'gone' ? 'http://127.0.0.1:1' : url) })
    expect(await sim.run(args, deps)).toBe(0)
    return deps.printed()
  }

  it('sets a fault, lists what is set, and clears it', async () => {
    expect(await run('list')).toBe('2026-03-10T16:00:00.000Z (simulated): no fault is set\n')
    expect(await run('late-bar', '--seconds', '20', '--for=20m', '--rate', '0.5')).toBe(
      '2026-03-10T16:00:00.000Z (simulated): set are\n  late-bar  seconds 20  rate 0.5  until 2026-03-10T16:20:00.000Z\n',
    )
    await run('clock-skew', '--seconds', '-90')
    expect(board.find('clock-skew')?.seconds).toBe(-90)
    expect(await run('clear', 'late-bar')).not.toContain('late-bar')
    expect(await run('clear')).toContain('no fault is set')
  })

  it('has an action done', async () => {
    expect(await run('add-ticker', '--ticker', 'SPY')).toBe('add-ticker: done\n')
    expect(await run('redrive')).toBe('redrive: {"sent":3}\n')
    expect(acted).toEqual([{ action: 'add-ticker', ticker: 'SPY' }, { action: 'redrive' }])
  })

  it.each([
    [[], UsageError, 'say what'],
    [['revoke-refesh'], UsageError, 'there is no fault or action revoke-refesh: write revoke-refresh'],
    [['reautorize'], UsageError, 'write reauthorize'],
    [['clear', 'late-bars'], UsageError, 'there is no fault late-bars: write late-bar'],
    [['late-bar', '20'], UsageError, '20: write options as --name value'],
    [['late-bar', '--seconds'], UsageError, '--seconds has no value'],
    [['late-bar', '--second', '20'], UsageError, 'second is no option of late-bar: write seconds'],
    [['list', '--for', '20m'], UsageError, '--for does not go with list'],
    [['list', '--data', 'nowhere'], CommandFailed, 'no stack runs on nowhere'],
    [['list', '--data', 'gone'], CommandFailed, 'the stack on gone does not answer'],
    [['deny'], CommandFailed, 'there is no outage'],
    [['kill-function', '--name', 'x', '--after', '1s'], CommandFailed, 'x is no function'],
  ])('fails for %j', async (args, kind, message) => {
    const failure = await run(...args).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(kind)
    expect(failure).toHaveProperty('message', expect.stringContaining(message))
  })
})
