import { Server } from 'node:net'

/**
 * Runs `start`, and whatever it makes listen is reached from this machine only. For fauxqs, which listens on every address
 * and has no setting for it: its queues ask nobody for credentials.
 */
export const onLoopback = async <Started>(start: () => Promise<Started>): Promise<Started> => {
  const listen: unknown = Reflect.get(Server.prototype, 'listen')
  if (typeof listen !== 'function') throw new Error('net.Server has no listen')
  Reflect.set(Server.prototype, 'listen', function (this: Server, ...[where, ...rest]: readonly unknown[]): unknown {
    const local = typeof where === 'object' && where !== null && 'port' in where ? { ...where, host: '127.0.0.1' } : where
    return Reflect.apply(listen, this, [local, ...rest])
  })
  try {
    return await start()
  } finally {
    Reflect.set(Server.prototype, 'listen', listen)
  }
}
