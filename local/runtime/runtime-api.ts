import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startLocalServer } from '../http/local-server.ts'
import { readAll } from '../http/service.ts'

/** One event for one environment. Times are simulated epoch milliseconds. */
export type Invocation = { readonly event: unknown; readonly functionArn: string; readonly startsAt: number; readonly timeoutMs: number }

export type InvocationResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string }

/** One environment's side of the API. */
export type Slot = {
  /** Hands the event to the environment as soon as it asks for one, which `onStart` tells. */
  readonly invoke: (invocation: Invocation, onStart?: () => void) => Promise<InvocationResult>
  /** Ends what is under way with an error: the environment has died. */
  readonly fail: (reason: string) => void
  readonly isUsable: () => boolean
}

export type RuntimeApi = {
  /** The value of AWS_LAMBDA_RUNTIME_API for environment `id`. */
  readonly address: (id: string) => string
  readonly open: (id: string) => Slot
  readonly stop: () => Promise<void>
}

type Pending = {
  readonly invocation: Invocation
  readonly requestId: string
  readonly onStart: (() => void) | undefined
  readonly settle: (result: InvocationResult) => void
}
type State = { waiting: ServerResponse | undefined; queued: Pending | undefined; running: Pending | undefined; dead: string | undefined }

/**
 * The Lambda Runtime API for all environments of the stack: each has its own path before the standard one.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export const startRuntimeApi = async (): Promise<RuntimeApi> => {
  const slots = new Map<string, State>()
  const { port, stop } = await startLocalServer({
    port: 0,
    admits: 'programs',
    // An environment waits for its next event as long as it takes.
    keepAliveMs: 0,
    // An environment that is killed in the midst of its answer breaks the connection; its end is noticed by itself.
    handle: (request, response) => answer(slots, request, response),
  })
  return {
    address: (id) => `127.0.0.1:${port}/${id}`,
    open: (id) => {
      const state: State = { waiting: undefined, queued: undefined, running: undefined, dead: undefined }
      slots.set(id, state)
      return {
        invoke: (invocation, onStart) => invoke(state, invocation, onStart),
        fail: (reason) => fail(state, reason),
        isUsable: () => state.dead === undefined,
      }
    },
    stop,
  }
}

const invoke = (state: State, invocation: Invocation, onStart: (() => void) | undefined): Promise<InvocationResult> => {
  if (state.dead !== undefined) return Promise.resolve({ ok: false, error: state.dead })
  const { promise, resolve } = Promise.withResolvers<InvocationResult>()
  state.queued = { invocation, requestId: randomUUID(), onStart, settle: resolve }
  hand(state)
  return promise
}

const fail = (state: State, reason: string): void => {
  state.dead = reason
  for (const pending of [state.queued, state.running]) pending?.settle({ ok: false, error: reason })
  state.queued = undefined
  state.running = undefined
}

/** Gives the queued event to the waiting environment, when there are both. */
const hand = (state: State): void => {
  const { waiting, queued } = state
  if (waiting === undefined || queued === undefined) return
  state.waiting = undefined
  state.queued = undefined
  state.running = queued
  queued.onStart?.()
  const { invocation, requestId } = queued
  waiting.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(invocation.startsAt + invocation.timeoutMs),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
    'alpha-kite-now-ms': String(invocation.startsAt),
  })
  waiting.end(JSON.stringify(invocation.event))
}

const answer = async (slots: ReadonlyMap<string, State>, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const [, id = '', , , subject, target, verb] = (request.url ?? '').split('/')
  const state = slots.get(id)
  if (state === undefined) return void response.writeHead(404).end()
  if (subject === 'invocation' && target === 'next') {
    state.waiting = response
    return hand(state)
  }
  const body = (await readAll(request)).toString()
  const running = state.running
  if (subject === 'init') fail(state, `the function could not be loaded: ${body}`)
  else if (running !== undefined && target === running.requestId) {
    state.running = undefined
    running.settle(verb === 'response' ? { ok: true, value: JSON.parse(body) } : { ok: false, error: body })
  }
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
}
