import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../listen.ts'
import { foreignCaller } from './foreign-caller.ts'

export type LocalServer = { readonly url: string; readonly port: number; readonly stop: () => Promise<void> }

export type LocalServerOptions = {
  /** Another free one is taken when it is in use. 0: any. */
  readonly port: number
  /** `pages`: a person may come here by a link of another page. `programs`: no other page leads here. */
  readonly admits: 'pages' | 'programs'
  /** A rejection breaks the connection. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void
  /** How long an idle connection stays open, milliseconds; 0: for ever. A client must not find it closed under its next request. */
  readonly keepAliveMs?: number
}

/** Every server of the stack: on 127.0.0.1, and closed to what pages of other sites send to this machine. */
export const startLocalServer = async ({ port, admits, handle, keepAliveMs = 60_000 }: LocalServerOptions): Promise<LocalServer> => {
  const server = createServer((request, response) => {
    const problem = foreignCaller(request, admits)
    if (problem !== undefined) {
      response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(`${problem}\n`)
      return
    }
    void (async () => handle(request, response))().catch(() => response.destroy())
  })
  server.keepAliveTimeout = keepAliveMs
  if (keepAliveMs === 0) server.requestTimeout = 0
  const taken = await listen(server, port)
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
