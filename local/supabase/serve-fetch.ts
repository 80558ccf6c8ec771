import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
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
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headersDistinct)) value?.forEach((item) => headers.append(name, item))
  const method = incoming.method ?? 'GET'
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks)
  const response = await handler(new Request(new URL(incoming.url ?? '/', `http://${incoming.headers.host}`), { method, headers, body }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
