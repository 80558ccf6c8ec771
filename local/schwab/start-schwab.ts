import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import { activeFaults, activeFaultSchema } from '../faults/active-faults.ts'
import { environmentOf, type OnCall } from '../faults/call-moment.ts'
import { startLocalServer, type LocalServer } from '../http/local-server.ts'
import { stateFile } from '../state-file.ts'
import { answerAdmin } from './admin.ts'
import { type Answer, errorEnvelope, jsonAnswer, noSuchRoute, rawAnswer } from './answer.ts'
import { answerLogin, type RegisteredApp, showLogin } from './authorize.ts'
import type { BarSource } from './bar-source.ts'
import { type Control, controlOf } from './control.ts'
import { counters, Counts } from './counters.ts'
import { answerInstead } from './faults/endpoint-answers.ts'
import { Fault } from './faults/fault.ts'
import { grantBook, Grants } from './grants.ts'
import { answerMarketData } from './market-data-endpoints.ts'
import { readBody } from './read-body.ts'
import { type Random, seededRandom } from './seeded-random.ts'
import { sendAnswer } from './send-answer.ts'
import { answerToken, type AppCredentials } from './token-endpoint.ts'

export type SchwabSimulatorOptions = {
  /** 0 for any; another free one is used when it is taken. */
  readonly port: number
  /** The simulated time, epoch milliseconds. */
  readonly clock: () => number
  readonly bars: BarSource
  readonly app: AppCredentials & RegisteredApp
  /** Where tokens, faults and counters outlive the process; without it they do not. */
  readonly stateFile?: string
  /** Decides faults with a `rate` and the order of shuffled bars. Default: the same sequence at each start. */
  readonly random?: Random
  /** Is told of every call for a token or for data. */
  readonly onCall?: OnCall
  /** The login page is shown; somebody has tried to exchange a code. */
  readonly onLogin?: (step: 'shown' | 'exchanged') => void
  readonly log?: (event: string, fields: Readonly<Record<string, string | number>>) => void
}

/** `stop` ends open connections, those that hang among them, and writes the state file. */
export type SchwabSimulator = LocalServer & { readonly control: Control }

const State = z.object({ grants: Grants, faults: z.array(activeFaultSchema(Fault)), counts: Counts })

const PRICE_HISTORY = '/marketdata/v1/pricehistory'
const OPERATIONS: Readonly<Record<string, string>> = {
  '/v1/oauth/token': 'token',
  [PRICE_HISTORY]: 'pricehistory',
  '/marketdata/v1/quotes': 'quotes',
}

/** Starts a Schwab of our own: login page, token endpoint and market data over HTTP, with everything that can go wrong there. */
export const startSchwab = async (options: SchwabSimulatorOptions): Promise<SchwabSimulator> => {
  const { clock, bars, app, random = seededRandom(1), log } = options
  const file = stateFile(options.stateFile, State)
  const saved = file.read()
  const state = () => ({ grants: grants.grants, faults: [...faults.list()], counts: counts.counts })
  const save = (): void => file.write(state())
  const grants = grantBook(saved?.grants, clock, save)
  const faults = activeFaults<Fault>({ saved: saved?.faults ?? [], clock, random, onChange: save })
  const counts = counters(saved?.counts, () => file.writeSoon(state()))
  const control = controlOf({ faults, grants, counters: counts, clock }, save)
  const context = { app, bars, clock, random, faults, grants }

  const tokenAnswer = async (request: IncomingMessage, path: string): Promise<Answer> => {
    const form = new URLSearchParams(await readBody(request))
    counts.countTokenRequest()
    const real = (): Answer => {
      const made = answerToken(context, request.headers.authorization, form)
      if (form.get('grant_type') === 'authorization_code') options.onLogin?.('exchanged')
      if (form.get('grant_type') === 'refresh_token' && made.status === 200) counts.countRefresh()
      return made
    }
    const fault = faults.play('token-endpoint')
    if (fault === undefined) return real()
    return answerInstead(fault.answer, {
      path,
      seconds: fault.seconds,
      keep: 0,
      since: 0,
      real,
      empty: () => rawAnswer(200, 'application/json', ''),
    })
  }

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = 'GET', headers } = request
    const url = new URL(request.url ?? '/', 'http://simulator')
    const path = url.pathname
    if (method === 'GET' && path.startsWith('/marketdata/v1/')) {
      return answerMarketData(context, url, headers.authorization, counts.countDataRequest(clock(), path === PRICE_HISTORY))
    }
    if (method === 'POST' && path === '/v1/oauth/token') return tokenAnswer(request, path)
    if (method === 'GET' && path === '/v1/oauth/authorize') {
      options.onLogin?.('shown')
      return showLogin(app, url.searchParams)
    }
    if (method === 'POST' && path === '/v1/oauth/authorize') return answerLogin(app, grants, new URLSearchParams(await readBody(request)))
    if (!path.startsWith('/_sim/')) return noSuchRoute(path)
    const body = await readBody(request)
    if (body === undefined) return jsonAnswer(413, { problem: 'the body is too long' })
    return answerAdmin(control, clock, { method, path, contentType: headers['content-type'] ?? '', body })
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = OPERATIONS[pathOf(request)]
    const isCut = (phase: 'before' | 'after', bytes?: number): boolean =>
      operation !== undefined &&
      options.onCall?.({ service: 'schwab', operation, phase, bytes, environment: environmentOf(request) }) === 'cut'
    if (isCut('before')) {
      request.socket.destroy()
      return
    }
    const made = await answer(request).catch((error: unknown) => {
      log?.('simulator_failed', { path: pathOf(request), problem: error instanceof Error ? error.message : 'unknown' })
      return errorEnvelope(500)
    })
    if (isCut('after', Buffer.byteLength(made.body))) request.socket.destroy()
    else sendAnswer(response, made)
  }
  const server = await startLocalServer({ port: options.port, admits: 'pages', handle })
  log?.('simulator_started', { url: server.url })
  const stop = async (): Promise<void> => {
    await server.stop()
    save()
  }
  return { ...server, control, stop }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? ''
