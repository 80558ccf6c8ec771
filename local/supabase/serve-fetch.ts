import type { IncomingMessage, ServerResponse } from 'node:http'
import { startLocalServer, type LocalServer } from '../http/local-server.ts'
import { readAll, type ServiceAnswer, type ServiceRequest } from '../http/service.ts'

export type FetchHandler = (request: Request) => Promise<Response> | Response

/** Serves a fetch handler on 127.0.0.1. A port that is taken is replaced by a free one. */
export const serveFetch = (handler: FetchHandler, port: number): Promise<LocalServer> =>
  startLocalServer({
    port,
    admits: 'programs',
    handle: (incoming, outgoing) =>
      answer(handler, incoming, outgoing).catch(() => {
        if (!outgoing.headersSent) outgoing.writeHead(500)
        outgoing.end()
      }),
    keepAliveMs: 10 * 60_000,
  })

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
  // No page of another site is to read what is here; the dashboard reads it at its own address.
  const answered = [...response.headers].filter(([name]) => !name.startsWith('access-control-'))
  return { status: response.status, headers: Object.fromEntries(answered), body: Buffer.from(await response.arrayBuffer()) }
}
