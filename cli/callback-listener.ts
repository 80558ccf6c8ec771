import { createServer } from 'node:https'
import type { Certificate } from './certificate.ts'
import { CommandFailed } from './command.ts'

/** What the person in the browser is told. */
export type CallbackPage = { readonly title: string; readonly text: string }

/** One visit of the browser to the callback. */
export type CallbackVisit = {
  readonly query: URLSearchParams
  /** Answers the browser. */
  readonly answer: (page: CallbackPage) => Promise<void>
}

export type CallbackListener = {
  /** The next visit. */
  readonly next: () => Promise<CallbackVisit>
  readonly close: () => Promise<void>
}

/**
 * Listens where Schwab sends the browser back to, on this machine alone. Anything but a GET of exactly that path is turned away.
 * Fails with CommandFailed for a callback that is not this machine's, and when its port is taken.
 */
export const listenForCallback = async (callback: URL, certificate: Certificate): Promise<CallbackListener> => {
  if (callback.protocol !== 'https:' || !LOOPBACK.has(callback.hostname))
    throw new CommandFailed(`${callback.href} is not on this machine: use --paste, and paste the address that the browser ends at`)
  const visits: CallbackVisit[] = []
  const waiting: ((visit: CallbackVisit) => void)[] = []
  const server = createServer(certificate, (request, response) => {
    const url = new URL(request.url ?? '/', callback)
    if (request.method !== 'GET' || url.pathname !== callback.pathname) {
      response.writeHead(404, HEADERS).end('There is nothing here.\n')
      return
    }
    const visit: CallbackVisit = {
      query: url.searchParams,
      answer: (page) =>
        new Promise((done) => {
          response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(html(page), done)
        }),
    }
    const taker = waiting.shift()
    if (taker === undefined) visits.push(visit)
    else taker(visit)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', (error) => failed(unusable(callback, error)))
    server.listen(portOf(callback), callback.hostname, listening)
  })
  return {
    next: () =>
      new Promise((taken) => {
        const visit = visits.shift()
        if (visit === undefined) waiting.push(taken)
        else taken(visit)
      }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost'])
/** The address holds a code: nothing keeps it, and no other site learns of it. */
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'content-type': 'text/plain', connection: 'close' }

const portOf = (url: URL): number => (url.port === '' ? 443 : Number(url.port))

const unusable = (callback: URL, error: Error): CommandFailed => {
  const code = 'code' in error ? String(error.code) : error.name
  const why = code === 'EADDRINUSE' ? 'another program listens there: end it, or use --paste' : `${code}: use --paste`
  return new CommandFailed(`cannot listen on ${callback.origin}: ${why}`, { cause: error })
}

const html = ({ title, text }: CallbackPage): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif } main { max-width: 32rem; margin: 4rem auto; padding: 0 1rem }</style></head>
<body><main><h1>${escape(title)}</h1><p>${escape(text)}</p></main></body>
</html>
`

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
