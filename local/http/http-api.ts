import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InvocationResult } from '../runtime/runtime-api.ts'
import type { RouteModel } from '../template/stack-model.ts'
import { httpAnswer, messageAnswer, type HttpAnswer } from './http-answer.ts'
import { httpEvent, type HttpCall } from './http-event.ts'
import { startLocalServer, type LocalServer } from './local-server.ts'
import { matchRoute } from './match-route.ts'

export type HttpApiOptions = {
  /** Another free one is taken when it is in use. */
  readonly port: number
  /** Simulated time, epoch milliseconds. */
  readonly clock: () => number
  /** Runs the function of a route. */
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>
  /** A route was answered; `path` is without the query, which may carry a code. */
  readonly onAnswer?: (path: string) => void
}

export type HttpApi = LocalServer & {
  /** Until then every path is unknown. */
  readonly serve: (routes: readonly RouteModel[]) => void
  /** Calls under way. */
  readonly active: () => number
}

const MAX_BODY = 1024 * 1024

/** The HTTP API of the template on a local port, as API Gateway serves it. It logs nothing: a query may carry a code. */
export const startHttpApi = async (options: HttpApiOptions): Promise<HttpApi> => {
  let routes: readonly RouteModel[] = []
  let active = 0
  const server = await startLocalServer({
    port: options.port,
    admits: 'pages',
    handle: (request, response) => {
      active++
      return answer(request, routes, options)
        .catch(() => messageAnswer(500, 'Internal Server Error'))
        .then((made) => send(response, made))
        .finally(() => {
          active--
          options.onAnswer?.(pathOf(request))
        })
    },
  })
  return {
    ...server,
    serve: (served) => {
      routes = served
    },
    active: () => active,
  }
}

const answer = async (request: IncomingMessage, routes: readonly RouteModel[], options: HttpApiOptions): Promise<HttpAnswer> => {
  const { method = 'GET', url = '/', headers } = request
  const match = matchRoute(routes, method, pathOf(request))
  if (match === undefined) return messageAnswer(404, 'Not Found')
  const body = await read(request)
  if (body === undefined) return messageAnswer(413, 'Request Entity Too Large')
  const call: HttpCall = { method, url, headers, body, sourceIp: request.socket.remoteAddress ?? '127.0.0.1' }
  return httpAnswer(await options.invoke(match.route.functionArn, httpEvent(call, match, options.clock())))
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/'

const read = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size <= MAX_BODY) chunks.push(chunk)
  }
  return size > MAX_BODY ? undefined : Buffer.concat(chunks)
}

const send = (response: ServerResponse, { status, headers, body }: HttpAnswer): void => {
  for (const [name, value] of headers) response.appendHeader(name, value)
  response.writeHead(status).end(body)
}
