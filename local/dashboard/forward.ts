import { request as openRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'

const PREFIX = '/supabase'

/**
 * Hands what is below `/supabase` on to the database behind its gate, so that the page needs no other address than its own, and meets
 * the faults that the functions meet. @returns whether the request was for it
 */
export const forwardToSupabase =
  (upstream: string) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = '', method, headers } = request
    if (!url.startsWith(`${PREFIX}/`)) return false
    // The database itself lets every site in; through here only this page comes.
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
      response.writeHead(403, { 'content-type': 'text/plain' })
      response.end('not for other sites\n')
      return true
    }
    const { hostname, port, host } = new URL(upstream)
    const outgoing = openRequest({ hostname, port, method, path: url.slice(PREFIX.length), headers: { ...ofThePage(headers), host } })
    outgoing.on('response', (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, withoutLeave(incoming.headers))
      incoming.on('error', () => response.destroy()).pipe(response)
    })
    outgoing.on('error', () => {
      if (!response.headersSent) {
        response.writeHead(502, { 'content-type': 'text/plain' })
        response.end('the database does not answer\n')
      } else response.destroy()
    })
    response.on('close', () => outgoing.destroy())
    request.pipe(outgoing)
    return true
  }

/** The request is this process's own from here on: what the browser says of the page was looked at before, and is of another address. */
const ofThePage = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'origin' && !name.startsWith('sec-fetch-')))

/** Headers without those that let other sites read the answer. */
const withoutLeave = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')))
