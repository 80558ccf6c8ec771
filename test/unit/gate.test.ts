import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CallMoment } from '../../local/faults/call-moment.ts'
import { type Gate, type GateOptions, startGate } from '../../local/faults/gate.ts'
import { listen } from '../../local/listen.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { until } from '../until.ts'

const open: { stop(): Promise<void> }[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const one of open.splice(0)) await one.stop()
})

type Upstream = { readonly url: string; readonly connections: () => number; readonly seen: IncomingMessage[] }

const startUpstream = async (answer: Parameters<typeof createServer>[1]): Promise<Upstream> => {
  let connections = 0
  const seen: IncomingMessage[] = []
  const server: Server = createServer((incoming, outgoing) => {
    seen.push(incoming)
    answer?.(incoming, outgoing)
  })
  server.on('connection', () => connections++)
  const port = await listen(server, 0)
  open.unshift({
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return { url: `http://127.0.0.1:${port}`, connections: () => connections, seen }
}

const echo = () => startUpstream((incoming, outgoing) => incoming.pipe(outgoing.writeHead(201, { 'x-kind': 'echo' })))

const gateTo = async ({ url }: Pick<Upstream, 'url'>, options: Partial<GateOptions> = {}): Promise<Gate> => {
  const gate = await startGate({ upstream: url, callOf: ({ url = '' }) => ({ service: 'echo', operation: url }), ...options })
  open.unshift(gate)
  return gate
}

const post = (url: string, body: string, headers: Record<string, string> = {}) => fetch(url, { method: 'POST', body, headers })

describe('a gate', () => {
  it('hands a request on and the answer back as they are', async () => {
    const upstream = await echo()
    const gate = await gateTo(upstream)
    const response = await post(`${gate.url}/a/b?c=d%20e`, 'a body', { authorization: 'Bearer x', 'alpha-kite-environment': 'fn-1' })
    expect([response.status, response.headers.get('x-kind'), await response.text()]).toEqual([201, 'echo', 'a body'])
    expect(upstream.seen[0]).toMatchObject({ method: 'POST', url: '/a/b?c=d%20e' })
    expect(upstream.seen[0]?.headers).toMatchObject({ authorization: 'Bearer x', host: new URL(upstream.url).host })
    expect(upstream.seen[0]?.headers).not.toHaveProperty('alpha-kite-environment')
  })

  it('streams: the first part of an answer passes before the last is made', async () => {
    const { promise: restWanted, resolve: wantRest } = Promise.withResolvers<void>()
    const upstream = await startUpstream((_, outgoing) => {
      outgoing.write('first')
      void restWanted.then(() => outgoing.end(' rest'))
    })
    const { url } = await gateTo(upstream)
    const reader = (await fetch(url)).body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first')
    wantRest()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(' rest')
  })

  it('carries a large body both ways whole', async () => {
    const { url } = await gateTo(await echo())
    const body = 'x'.repeat(3_000_000)
    expect(await (await post(url, body)).text()).toBe(body)
  })

  it('keeps its connections, on both sides', async () => {
    const upstream = await echo()
    const { url } = await gateTo(upstream)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    for (let call = 0; call < 20; call++) {
      const outgoing = request(url, { method: 'POST', agent }).end('x')
      const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
      ports.add(incoming?.socket.localPort)
      await once(incoming?.resume() ?? outgoing, 'end')
    }
    agent.destroy()
    expect([ports.size, upstream.connections()]).toEqual([1, 1])
  })

  it('breaks the connection when the service has broken it', async () => {
    const { url } = await gateTo(await startUpstream((incoming) => incoming.socket.destroy()))
    await expect(post(url, 'x')).rejects.toThrow('fetch failed')
  })

  it('ends its call when the caller has gone', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<string>()
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const upstream = await startUpstream((incoming) => {
      incoming.socket.on('close', () => resolve('gone'))
      arrive()
    })
    const { url } = await gateTo(upstream)
    const left = new AbortController()
    const call = fetch(url, { signal: left.signal }).catch((error: unknown) => String(error))
    await arrived
    left.abort()
    expect(await gone).toBe('gone')
    expect(await call).toContain('AbortError')
  })

  it('can break a call, and does not pass it on', async () => {
    const upstream = await echo()
    const { url } = await gateTo(upstream, { bend: ({ operation }) => (operation === '/bad' ? { how: 'break' } : undefined) })
    await expect(post(`${url}/bad`, 'x')).rejects.toThrow('fetch failed')
    expect((await post(`${url}/good`, 'x')).status).toBe(201)
    expect(upstream.seen).toHaveLength(1)
  })

  it('can hold a call back, and lets go of it when the caller has', async () => {
    const upstream = await echo()
    const { url } = await gateTo(upstream, { bend: ({ operation }) => ({ how: 'delay', ms: operation === '/left' ? HOUR : 1 }) })
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
    expect(upstream.seen.map((incoming) => incoming.url)).toEqual(['/late'])
  })

  it('can answer in the place of the service, which it may ask', async () => {
    const { url } = await gateTo(await echo(), {
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
    const upstream = await echo()
    const gate = await gateTo(upstream, {
      onCall: (moment) => {
        moments.push(moment)
        return moment.phase === at ? 'cut' : undefined
      },
    })
    return { moments, upstream, gate }
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
    const { upstream, gate } = await cutting(phase)
    await expect(post(gate.url, 'x')).rejects.toThrow('fetch failed')
    expect(upstream.seen).toHaveLength(done)
  })
})
