import { Server } from 'node:net'
import { inject } from 'light-my-request'
import type { Service } from '../http/service.ts'

/**
 * Runs `start`, which makes an HTTP server listen, and takes that server off the network at once: it is called as a function from then on.
 * For fauxqs, which listens on every address, answers protocols that nobody here speaks (a form post from any web page reaches its SNS),
 * and has no setting for either.
 */
export const inProcess = async <Started>(
  start: () => Promise<Started>,
): Promise<{ readonly started: Started; readonly service: Service }> => {
  const listen: unknown = Reflect.get(Server.prototype, 'listen')
  if (typeof listen !== 'function') throw new Error('net.Server has no listen')
  const servers: Server[] = []
  Reflect.set(Server.prototype, 'listen', function (this: Server, ...[where, ...rest]: readonly unknown[]): unknown {
    servers.push(this)
    const local = typeof where === 'object' && where !== null && 'port' in where ? { ...where, port: 0, host: '127.0.0.1' } : where
    return Reflect.apply(listen, this, [local, ...rest])
  })
  let started: Started
  try {
    started = await start()
  } finally {
    Reflect.set(Server.prototype, 'listen', listen)
  }
  for (const server of servers) server.close()
  const [server] = servers
  if (server === undefined) throw new Error('nothing listens')
  return {
    started,
    service: async ({ method, path, headers, body }) => {
      const answer = await inject((request, response) => void server.emit('request', request, response), {
        method: methodOf(method),
        url: path,
        headers,
        payload: body,
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload }
    },
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const

const methodOf = (name: string): (typeof METHODS)[number] => METHODS.find((method) => method === name) ?? 'GET'
