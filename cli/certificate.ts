import { generate } from 'selfsigned'

/** Both as PEM. */
export type Certificate = { readonly key: string; readonly cert: string }

const HOUR = 60 * 60_000
const DAY = 24 * HOUR

/**
 * A certificate for `https://127.0.0.1` and `https://localhost` that nobody but its maker has signed, with a fresh P-256 key. It holds
 * from an hour before `now` (epoch milliseconds of the browser's clock) for a day.
 */
export const selfSignedCertificate = async (now: number): Promise<Certificate> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'kite reauth' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - HOUR),
    notAfterDate: new Date(now + DAY),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
      { name: 'extKeyUsage', serverAuth: true },
    ],
  })
  return { key, cert }
}
