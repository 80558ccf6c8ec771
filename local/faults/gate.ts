import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { startLocalServer, type LocalServer } from '../http/local-server.ts'
import { readAll, type Service, type ServiceAnswer } from '../http/service.ts'
import { type CallMoment, ENVIRONMENT_HEADER, environmentOf, type OnCall } from './call-moment.ts'

/** A reverse proxy on this machine through which functions reach a service, and which can misbehave. */
export type Gate = LocalServer

/** Which operation of which service a request is for. */
export type Called = Pick<CallMoment, 'service' | 'operation'>

/** What the service answered, or what is answered instead. */
export type GateAnswer = ServiceAnswer

/** How a request goes otherwise than straight through. */
export type Bend =
  /** The connection is broken without a word. */
  | { readonly how: 'break' }
  /** It goes through after so much real time. */
  | { readonly how: 'delay'; readonly ms: number }
  /** This takes the place of the service, which it may ask with a body of its own. */
  | { readonly how: 'replace'; readonly answer: (body: Buffer, ask: (body: Buffer) => Promise<GateAnswer>) => Promise<GateAnswer> }

export type GateOptions = {
  readonly service: Service
  /** Default: any free one. */
  readonly port?: number
  readonly callOf: (request: IncomingMessage) => Called
  /** Undefined: straight through. */
  readonly bend?: (called: Called, request: IncomingMessage) => Bend | undefined
  readonly onCall?: OnCall | undefined
}

/** Starts a gate on 127.0.0.1. */
export const startGate = (options: GateOptions): Promise<Gate> =>
  startLocalServer({
    port: options.port ?? 0,
    admits: 'programs',
    handle: (request, response) => pass(options, request, response),
  })

const pass = async ({ service, callOf, bend, onCall }: GateOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const called = callOf(request)
  const environment = environmentOf(request)
  const isCut = (phase: CallMoment['phase']): boolean => onCall?.({ ...called, phase, environment }) === 'cut'
  if (isCut('before')) return void request.socket.destroy()
  const bent = bend?.(called, request)
  if (bent?.how === 'break') return void request.socket.destroy()
  const body = await readAll(request)
  if (bent?.how === 'delay' && !(await stillThere(response, bent.ms))) return
  const { method = 'GET', url: path = '/' } = request
  const ask = (asked: Buffer): Promise<GateAnswer> => service({ method, path, headers: endToEnd(request.headers), body: asked })
  const made = bent?.how === 'replace' ? await bent.answer(body, ask) : await ask(body)
  if (isCut('after')) return void request.socket.destroy()
  response.writeHead(made.status, { ...endToEnd(made.headers), 'content-length': made.body.length })
  response.end(made.body)
}

/** @returns whether the caller has waited so long */
const stillThere = (response: ServerResponse, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms)
    response.on('close', () => {
      clearTimeout(timer)
      resolve(false)
    })
  })

const OF_ONE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', ENVIRONMENT_HEADER])

/** The headers that are for the other end. */
const endToEnd = <Headers extends IncomingHttpHeaders | OutgoingHttpHeaders>(headers: Headers): Partial<Headers> => {
  const kept: Partial<Headers> = { ...headers }
  for (const name of OF_ONE_CONNECTION) Reflect.deleteProperty(kept, name)
  return kept
}
