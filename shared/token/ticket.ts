import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'

/** What a link is for: an outage, or the login that ends soon (its time in epoch milliseconds). */
export type TicketSubject = `outage:${string}` | `login:${number}`

const Subject = z.union([z.templateLiteral(['outage:', z.string().regex(/^[\w-]{1,64}$/)]), z.templateLiteral(['login:', z.int()])])

/** A subject with a signature, fit for a URL: `<subject in base64url>.<HMAC-SHA256 in base64url>`. It holds no secret and has no end of its own. */
export const signTicket = (subject: TicketSubject, signingKey: string): string => {
  const payload = Buffer.from(subject).toString('base64url')
  return `${payload}.${signatureOf(payload, signingKey).toString('base64url')}`
}

/** What the ticket is for, or undefined when it was not signed with this key. */
export const readTicket = (ticket: string, signingKey: string): TicketSubject | undefined => {
  const [payload = '', signature = '', ...rest] = ticket.split('.')
  const expected = signatureOf(payload, signingKey)
  const given = Buffer.from(signature, 'base64url')
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return Subject.safeParse(Buffer.from(payload, 'base64url').toString()).data
}

/** The link of a mail. @param reauthUrl without a path */
export const reauthLink = (reauthUrl: string, subject: TicketSubject, signingKey: string): string =>
  `${reauthUrl.replace(/\/$/, '')}/reauth?ticket=${signTicket(subject, signingKey)}`

/** The key is used for other signatures as well: each kind says what it is. */
const signatureOf = (payload: string, signingKey: string): Buffer => createHmac('sha256', signingKey).update(`ticket.${payload}`).digest()
