import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { onLoopback } from '../../local/stack/on-loopback.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const addressOf = (host: string) =>
  new Promise<unknown>((done) => {
    const server = createServer()
    servers.push(server)
    server.listen({ port: 0, host }, () => done(server.address()))
  })

describe('what is started on loopback', () => {
  it('listens on this machine only, whatever it asks for', async () => {
    expect(await onLoopback(() => addressOf('0.0.0.0'))).toMatchObject({ address: '127.0.0.1' })
  })

  it('changes nothing for what is started afterwards', async () => {
    await onLoopback(() => addressOf('0.0.0.0'))
    expect(await addressOf('0.0.0.0')).toMatchObject({ address: '0.0.0.0' })
  })
})
