import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { inProcess } from '../../local/stack/in-process.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Says back what it is told. */
const startEcho = () =>
  new Promise<unknown>((done) => {
    const server = createServer((request, response) => {
      response.writeHead(202, { 'x-path': request.url ?? '', 'x-kind': request.headers['x-kind'] ?? '' })
      request.pipe(response)
    })
    servers.push(server)
    server.listen({ port: 0, host: '0.0.0.0' }, () => done(server.address()))
  })

describe('a server that is taken into the process', () => {
  it('is not reached over the network any more', async () => {
    await inProcess(startEcho)
    expect(servers.map((server) => server.listening)).toEqual([false])
  })

  it('listened on this machine only, even for that moment', async () => {
    expect((await inProcess(startEcho)).started).toMatchObject({ address: '127.0.0.1' })
  })

  it('answers as it would over the network', async () => {
    const { service } = await inProcess(startEcho)
    const body = Buffer.from('x'.repeat(100_000))
    const answer = await service({ method: 'POST', path: '/a?b=c', headers: { 'x-kind': 'echo' }, body })
    expect(answer).toMatchObject({ status: 202, headers: { 'x-path': '/a?b=c', 'x-kind': 'echo' } })
    expect(answer.body.equals(body)).toBe(true)
  })

  it('changes nothing for what is started afterwards', async () => {
    await inProcess(startEcho)
    expect(await startEcho()).toMatchObject({ address: '0.0.0.0' })
  })
})
