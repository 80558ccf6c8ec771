import type { IncomingMessage } from 'node:http'

/** Whether a `Host` header names this machine. */
const isLoopback = (host: string): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)

/**
 * Why a request is refused, or undefined. Nobody is asked for credentials on this machine, so whatever a browser can be made to send here by
 * the page of another site has to be refused by what the browser says of it:
 * - a `Host` that is not this machine's: a foreign name that was made to lead here, so that the browser takes the answer for its own
 * - an `Origin` that is not this very address (a page at another port of this machine is foreign too). A page that sends no referrer has the
 *   origin `null`, as a foreign one in a frame may: then the next says which it is
 * - `Sec-Fetch-Site`, which browsers add where no `Origin` goes along, as with images, scripts and links. A person who follows a link to a
 *   page is let in.
 * Programs send neither of the last two.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export const foreignCaller = (
  { headers, method }: Pick<IncomingMessage, 'headers' | 'method'>,
  admits: 'pages' | 'programs',
): string | undefined => {
  const { host = '', origin } = headers
  if (!isLoopback(host)) return 'This is for this machine only: open it as http://127.0.0.1 or http://localhost.'
  const site = headers['sec-fetch-site']
  const isOwn = origin === `http://${host}` || (origin === 'null' && site === 'same-origin')
  if (origin !== undefined && !isOwn) return 'This is not for other sites.'
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined
  const isLink = method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return admits === 'pages' && isLink ? undefined : 'This is not for other sites.'
}
