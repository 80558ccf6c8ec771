import { once } from 'node:events'
import type { Server } from 'node:http'

/** Listens on 127.0.0.1, on another free port when `port` is taken. @returns the port */
export const listenLocally = async (server: Server, port: number): Promise<number> => {
  try {
    await listen(server, port)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    await listen(server, 0)
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

const listen = async (server: Server, port: number): Promise<void> => {
  server.listen(port, '127.0.0.1')
  // Rejects on 'error'.
  await once(server, 'listening')
}
