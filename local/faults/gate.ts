import { Agent, createServer, request as openRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../listen.ts'
import { type CallMoment, ENVIRONMENT_HEADER, environmentOf, type OnCall } from './call-moment.ts'

/** A reverse proxy on this machine through which functions reach a service, and which can misbehave. */
export type Gate = { readonly url: string; readonly port: number; readonly stop: () => Promise<void> }

/** Which operation of which service a request is for. */
export type Called = Pick<CallMoment, 'service' | 'operation'>

/** What the service answered, or what is answered instead. */
export type GateAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }

/** How a request goes otherwise than straight through. */
export type Bend =
  /** The connection is broken without a word. */
  | { readonly how: 'break' }
  /** It goes through after so much real time. */
  | { readonly how: 'delay'; readonly ms: number }
  /** This takes the place of the service, which it may ask with a body of its own. */
  | { readonly how: 'replace'; readonly answer: (body: Buffer, ask: (body: Buffer) => Promise<GateAnswer>) => Promise<GateAnswer> }

export type GateOptions = {
  /** The service's address. */
  readonly upstream: string
  /** Default: any free one. */
  readonly port?: number
  readonly callOf: (request: IncomingMessage) => Called
  /** Undefined: straight through. */
  readonly bend?: (called: Called, request: IncomingMessage) => Bend | undefined
  readonly onCall?: OnCall | undefined
}

/** Starts a gate on 127.0.0.1. Requests and answers stream through it; connections on both sides are kept. */
export const startGate = async (options: GateOptions): Promise<Gate> => {
  const upstream = new URL(options.upstream)
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 30_000 })
  const context: Context = { ...options, upstream, agent }
  const server = createServer((request, response) => pass(context, request, response))
  // An idle connection that the client still trusts shall not be closed under its next request.
  server.keepAliveTimeout = 60_000
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Context = Omit<GateOptions, 'upstream'> & { readonly upstream: URL; readonly agent: Agent }

const pass = (context: Context, request: IncomingMessage, response: ServerResponse): void => {
  const called = context.callOf(request)
  const environment = environmentOf(request)
  const isCut = (phase: CallMoment['phase']): boolean => context.onCall?.({ ...called, phase, environment }) === 'cut'
  const breakOff = (): void => void request.socket.destroy()
  if (isCut('before')) return breakOff()
  const bend = context.bend?.(called, request)
  const straight = (): void => stream(context, request, response, isCut)
  if (bend === undefined) return straight()
  if (bend.how === 'break') return breakOff()
  if (bend.how === 'delay') {
    const timer = setTimeout(straight, bend.ms)
    response.on('close', () => clearTimeout(timer))
    return
  }
  void replace(context, bend, request, response, isCut).catch(breakOff)
}

type IsCut = (phase: CallMoment['phase']) => boolean

const stream = (context: Context, request: IncomingMessage, response: ServerResponse, isCut: IsCut): void => {
  const outgoing = open(context, request, request.headers)
  outgoing.on('response', (incoming) => {
    if (isCut('after')) {
      request.socket.destroy()
      return
    }
    response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.headers))
    incoming.on('error', () => request.socket.destroy()).pipe(response)
  })
  outgoing.on('error', () => request.socket.destroy())
  response.on('close', () => {
    if (!response.writableFinished) outgoing.destroy()
  })
  request.pipe(outgoing)
}

const replace = async (
  context: Context,
  { answer }: Extract<Bend, { readonly how: 'replace' }>,
  request: IncomingMessage,
  response: ServerResponse,
  isCut: IsCut,
): Promise<void> => {
  const ask = async (body: Buffer): Promise<GateAnswer> => {
    const outgoing = open(context, request, { ...endToEnd(request.headers, 'transfer-encoding'), 'content-length': String(body.length) })
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    outgoing.on('response', resolve).on('error', reject).end(body)
    const incoming = await promise
    return { status: incoming.statusCode ?? 502, headers: incoming.headers, body: await read(incoming) }
  }
  const made = await answer(await read(request), ask)
  if (isCut('after')) return void request.socket.destroy()
  response.writeHead(made.status, { ...endToEnd(made.headers, 'transfer-encoding'), 'content-length': made.body.length })
  response.end(made.body)
}

const open = ({ upstream, agent }: Context, { method, url }: IncomingMessage, headers: IncomingHttpHeaders) =>
  openRequest({
    agent,
    host: upstream.hostname,
    port: upstream.port,
    method,
    path: url,
    headers: { ...endToEnd(headers), host: upstream.host },
  })

const OF_ONE_CONNECTION = new Set(['connection', 'keep-alive', ENVIRONMENT_HEADER])

/** The headers that are for the other end, without those of `except`. */
const endToEnd = (headers: IncomingHttpHeaders, except?: string): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_CONNECTION.has(name) && name !== except))

const read = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
