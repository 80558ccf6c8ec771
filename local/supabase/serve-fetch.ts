import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readAll, type ServiceAnswer, type ServiceRequest } from '../http/service.ts'
import { listen } from '../listen.ts'

export type FetchHandler = (request: Request) => Promise<Response> | Response

export type Listening = { readonly port: number; readonly close: () => Promise<void> }

/** Serves a fetch handler on 127.0.0.1. A port that is taken is replaced by a free one. */
export const serveFetch = async (handler: FetchHandler, port: number): Promise<Listening> => {
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch(() => {
      if (!outgoing.headersSent) outgoing.writeHead(500)
      outgoing.end()
    })
  })
  // An idle connection that a gate before it still trusts shall not be closed under its next request.
  server.keepAliveTimeout = 10 * 60_000
  const bound = await listen(server, port)
  return {
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answer = async (handler: FetchHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const { method = 'GET', url: path = '/', headers } = incoming
  const { status, headers: answered, body } = await answerByFetch(handler, { method, path, headers, body: await readAll(incoming) })
  outgoing.writeHead(status, answered)
  outgoing.end(body)
}

/** Asks a fetch handler for what a service would answer. */
export const answerByFetch = async (handler: FetchHandler, { method, path, headers, body }: ServiceRequest): Promise<ServiceAnswer> => {
  const sent = new Headers()
  for (const [name, value] of Object.entries(headers)) for (const item of [value ?? []].flat()) sent.append(name, item)
  const url = new URL(path, `http://${headers.host}`)
  const response = await handler(new Request(url, { method, headers: sent, body: method === 'GET' || method === 'HEAD' ? null : body }))
  return { status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) }
}
