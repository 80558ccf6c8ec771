import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

/** Puts an answer on the wire in the way that it asks for. */
export const sendAnswer = (response: ServerResponse, { status, headers, body, delivery }: Answer): void => {
  if (delivery?.how === 'hang') return
  response.writeHead(status, {
    ...headers,
    'schwab-client-correlid': randomUUID(),
    'content-length': Buffer.byteLength(body),
  })
  if (delivery === undefined) {
    response.end(body)
    return
  }
  const half = Math.floor(body.length / 2)
  response.write(body.slice(0, half))
  if (delivery.how === 'truncated') {
    // The socket ends in order, but before the length that was promised.
    response.socket?.end()
    return
  }
  const rest = setTimeout(() => response.end(body.slice(half)), delivery.delaySeconds * 1000)
  response.on('close', () => clearTimeout(rest))
}
