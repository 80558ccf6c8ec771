import type { Server } from 'node:http'

/**
 * Listens on the port, or on any free one when it is taken; 0 asks for any.
 * @returns the port
 */
export const listen = async (server: Server, port: number, host = '127.0.0.1'): Promise<number> => {
  try {
    return await tryToListen(server, port, host)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    return tryToListen(server, 0, host)
  }
}

const tryToListen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(error)
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
