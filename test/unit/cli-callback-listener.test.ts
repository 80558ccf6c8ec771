import { get } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type CallbackListener, listenForCallback } from '../../cli/callback-listener.ts'
import { selfSignedCertificate } from '../../cli/certificate.ts'

const certificate = await selfSignedCertificate(Date.now())
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}
const start = async (path = ''): Promise<{ readonly listener: CallbackListener; readonly url: string }> => {
  const url = `https://127.0.0.1:${await freePort()}${path}`
  const listener = await listenForCallback(new URL(url), certificate)
  closing.push(listener.close)
  return { listener, url }
}
const visit = (url: string): Promise<{ readonly status: number | undefined; readonly headers: object; readonly body: string }> =>
  new Promise((done, failed) => {
    get(url, { ca: certificate.cert }, (response) => {
      let body = ''
      response.on('data', (part) => (body += String(part)))
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body }))
    }).on('error', failed)
  })

describe('the listener for the browser that comes back', () => {
  it('hands over the query, decoded once, and shows the page it is given', async () => {
    const { listener, url } = await start()
    const answering = visit(`${url}/?code=C0.a%2Bb%40&session=s&state=x`)
    const { query, answer } = await listener.next()
    expect([query.get('code'), query.get('state')]).toEqual(['C0.a+b@', 'x'])
    await answer({ title: 'Done & <dusted>', text: 'Bye' })
    const { status, headers, body } = await answering
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(body).toContain('<h1>Done &amp; &lt;dusted></h1><p>Bye</p>')
  })

  it('keeps a visit until somebody asks for it', async () => {
    const { listener, url } = await start('/back')
    const answering = visit(`${url}?code=1`)
    expect((await visit(`${url}/favicon.ico`)).status).toBe(404)
    const { answer } = await listener.next()
    await answer({ title: 'a', text: 'b' })
    expect((await answering).status).toBe(200)
  })

  it('says what to do when the port is taken', async () => {
    const { url } = await start()
    await expect(listenForCallback(new URL(url), certificate)).rejects.toThrow(
      `cannot listen on ${url}: another program listens there: end it, or use --paste`,
    )
  })

  it.each(['https://example.org/back', 'http://127.0.0.1:8182', 'https://0.0.0.0:8182'])('does not listen for %s', async (url) => {
    await expect(listenForCallback(new URL(url), certificate)).rejects.toThrow('use --paste')
  })
})
