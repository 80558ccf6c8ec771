import { Agent, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CallMoment } from '../../local/faults/call-moment.ts'
import { type Gate, type GateOptions, startGate } from '../../local/faults/gate.ts'
import type { Service, ServiceRequest } from '../../local/http/service.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { until } from '../until.ts'

const open: { stop(): Promise<void> }[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const one of open.splice(0)) await one.stop()
})

/** Says back what it is told, and remembers it. */
const echo = (): { readonly service: Service; readonly seen: ServiceRequest[] } => {
  const seen: ServiceRequest[] = []
  const service: Service = async (asked) => {
    seen.push(asked)
    return { status: 201, headers: { 'x-kind': 'echo' }, body: asked.body }
  }
  return { service, seen }
}

const gateTo = async (service: Service, options: Partial<GateOptions> = {}): Promise<Gate> => {
  const gate = await startGate({ service, callOf: ({ url = '' }) => ({ service: 'echo', operation: url }), ...options })
  open.unshift(gate)
  return gate
}

const post = (url: string, body: string, headers: Record<string, string> = {}) => fetch(url, { method: 'POST', body, headers })

describe('a gate', () => {
  it('hands a request on and the answer back as they are', async () => {
    const { service, seen } = echo()
    const gate = await gateTo(service)
    const response = await post(`${gate.url}/a/b?c=d%20e`, 'a body', { authorization: 'Bearer x', 'alpha-kite-environment': 'fn-1' })
    expect([response.status, response.headers.get('x-kind'), await response.text()]).toEqual([201, 'echo', 'a body'])
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/a/b?c=d%20e' })
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer x', host: new URL(gate.url).host })
    expect(seen[0]?.headers).not.toHaveProperty('alpha-kite-environment')
  })

  it('carries a large body both ways whole', async () => {
    const { url } = await gateTo(echo().service)
    const body = 'x'.repeat(3_000_000)
    expect(await (await post(url, body)).text()).toBe(body)
  })

  it('keeps its connections', async () => {
    const { url } = await gateTo(echo().service)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    for (let call = 0; call < 20; call++) {
      const outgoing = request(url, { method: 'POST', agent }).end('x')
      const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
      ports.add(incoming?.socket.localPort)
      await once(incoming?.resume() ?? outgoing, 'end')
    }
    agent.destroy()
    expect(ports.size).toBe(1)
  })

  it('breaks the connection when the service has broken off', async () => {
    const { url } = await gateTo(() => Promise.reject(new Error('gone')))
    await expect(post(url, 'x')).rejects.toThrow('fetch failed')
  })

  it('goes on when a caller has left before its answer', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const { promise: gone, resolve: go } = Promise.withResolvers<void>()
    const { url } = await gateTo(async ({ path, body }) => {
      if (path === '/slow') {
        arrive()
        await gone
      }
      return { status: 200, headers: {}, body }
    })
    const left = new AbortController()
    const call = fetch(`${url}/slow`, { signal: left.signal }).catch((error: unknown) => String(error))
    await arrived
    left.abort()
    expect(await call).toContain('AbortError')
    go()
    expect(await (await post(url, 'next')).text()).toBe('next')
  })

  it('can break a call, and does not pass it on', async () => {
    const { service, seen } = echo()
    const { url } = await gateTo(service, { bend: ({ operation }) => (operation === '/bad' ? { how: 'break' } : undefined) })
    await expect(post(`${url}/bad`, 'x')).rejects.toThrow('fetch failed')
    expect((await post(`${url}/good`, 'x')).status).toBe(201)
    expect(seen).toHaveLength(1)
  })

  it('can hold a call back, and lets go of it when the caller has', async () => {
    const { service, seen } = echo()
    const { url } = await gateTo(service, { bend: ({ operation }) => ({ how: 'delay', ms: operation === '/left' ? HOUR : 1 }) })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const cleared = vi.spyOn(globalThis, 'clearTimeout')
    const leave = new AbortController()
    const left = fetch(`${url}/left`, { signal: leave.signal })
    left.catch(() => undefined)
    const hold = await until(() => timers.mock.results[timers.mock.calls.findIndex(([, ms]) => ms === HOUR)], 'the call is held back')
    expect(await (await post(`${url}/late`, 'late')).text()).toBe('late')
    leave.abort()
    await expect(left).rejects.toThrow('aborted')
    await until(() => cleared.mock.calls.find(([timer]) => timer === hold.value), 'the gate lets go of it')
    expect(seen.map(({ path }) => path)).toEqual(['/late'])
  })

  it('can answer in the place of the service, which it may ask', async () => {
    const { url } = await gateTo(echo().service, {
      bend: () => ({
        how: 'replace',
        answer: async (body, ask) => {
          const { body: echoed } = await ask(Buffer.from(`asked ${body.toString()}`))
          return { status: 418, headers: { 'x-own': '1' }, body: echoed }
        },
      }),
    })
    const response = await post(url, 'a body')
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([418, '1', 'asked a body'])
  })
})

describe('the moments of a call', () => {
  const cutting = async (at: CallMoment['phase']) => {
    const moments: CallMoment[] = []
    const { service, seen } = echo()
    const gate = await gateTo(service, {
      onCall: (moment) => {
        moments.push(moment)
        return moment.phase === at ? 'cut' : undefined
      },
    })
    return { moments, seen, gate }
  }

  it('are told with the environment that made it', async () => {
    const { moments, gate } = await cutting('after')
    await post(`${gate.url}/put`, 'x', { 'alpha-kite-environment': 'fetcher-3' }).catch(() => undefined)
    const call = { service: 'echo', operation: '/put', environment: 'fetcher-3' }
    expect(moments).toEqual([
      { ...call, phase: 'before' },
      { ...call, phase: 'after' },
    ])
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('can cut a call %s the service has done it', async (phase, done) => {
    const { seen, gate } = await cutting(phase)
    await expect(post(gate.url, 'x')).rejects.toThrow('fetch failed')
    expect(seen).toHaveLength(done)
  })
})
