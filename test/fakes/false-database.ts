import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Certificate } from '../../cli/certificate.ts'

/** A server that speaks PostgreSQL until the client answers its question for the password, and keeps every byte that arrives. */
export type FalseDatabase = {
  readonly port: number
  /** All that was sent to it, encrypted or not, as it reads it. */
  readonly heard: () => string
  readonly close: () => Promise<void>
}

/** The questions for a password: protocol message R with its code. */
const QUESTIONS = {
  'in clear': message('R', int32(3)),
  'as MD5': message('R', Buffer.concat([int32(5), Buffer.from('salt')])),
} as const

/** `tls`: undefined for a server that answers the question for TLS with no. */
export const startFalseDatabase = async (asks: keyof typeof QUESTIONS, tls: Certificate | undefined): Promise<FalseDatabase> => {
  const heard: Buffer[] = []
  const sockets = new Set<Socket>()
  const converse = (socket: Socket): void => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (start: Buffer) => {
      heard.push(start)
      socket.write(QUESTIONS[asks])
      socket.once('data', (answer: Buffer) => {
        heard.push(answer)
        socket.end()
      })
    })
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      const asksForTls = first.readInt32BE(4) === SSL_REQUEST
      if (asksForTls) socket.write(tls === undefined ? 'N' : 'S')
      const isEncrypted = asksForTls && tls !== undefined
      converse(isEncrypted ? new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) }) : socket)
      if (!asksForTls) socket.unshift(first)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    heard: () => Buffer.concat(heard).toString('latin1'),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

const SSL_REQUEST = 80_877_103

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}
