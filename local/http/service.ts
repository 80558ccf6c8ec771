import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'

/** An HTTP request whose body is complete. `path` includes the query. */
export type ServiceRequest = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type ServiceAnswer = { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: Buffer }

/**
 * A service of the stack as a function. A call by HTTP costs a connection, two parsers and two copies in this very process, several times
 * the work of most services here; so only what really comes from another process goes through a socket.
 * Rejects when the service breaks off without an answer.
 */
export type Service = (request: ServiceRequest) => Promise<ServiceAnswer>

export const readAll = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
