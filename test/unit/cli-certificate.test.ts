import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../../cli/certificate.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')

describe('the certificate made on the spot', () => {
  it('names this machine alone, is signed by its own key, and holds for a day', async () => {
    const { cert, key } = await selfSignedCertificate(NOW)
    const parsed = new X509Certificate(cert)
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(parsed.checkHost('localhost')).toBe('localhost')
    expect(parsed.checkHost('example.org')).toBeUndefined()
    expect(parsed.checkIssued(parsed)).toBe(true)
    expect(parsed.verify(parsed.publicKey)).toBe(true)
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(Date.parse(parsed.validFrom)).toBe(NOW - 60 * 60_000)
    expect(Date.parse(parsed.validTo)).toBe(NOW + 24 * 60 * 60_000)
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  it('is another one each time', async () => {
    const made = await Promise.all([selfSignedCertificate(NOW), selfSignedCertificate(NOW)])
    const [one, two] = made.map(({ cert }) => new X509Certificate(cert))
    expect(one?.serialNumber).not.toBe(two?.serialNumber)
    expect(one?.fingerprint256).not.toBe(two?.fingerprint256)
  })

  it('is enough for a TLS connection that trusts it', async () => {
    const certificate = await selfSignedCertificate(Date.now())
    const server = createServer(certificate, (_, response) => response.end('here'))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const answer = await new Promise<string>((done, failed) => {
      const call = request({ host: '127.0.0.1', port, ca: certificate.cert }, (response) =>
        response.on('data', (data) => done(String(data))),
      )
      call.on('error', failed).end()
    })
    server.close()
    server.closeAllConnections()
    expect(answer).toBe('here')
  })
})
