import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { newYorkText } from '../domain/new-york.ts'
import { HOUR, toIso } from '../domain/time.ts'

/** What a link is for: an outage, or the login that ends soon (its time in epoch milliseconds). */
export type TicketSubject = `outage:${string}` | `login:${number}`

/** The right to see a page and to begin a login from there. `endsAt`: epoch milliseconds. */
export type Ticket = { readonly subject: TicketSubject; readonly endsAt: number }

/** So long the link of a mail is good, milliseconds. An outage that lasts longer has newer mails. */
export const TICKET_LIFE = 14 * 24 * HOUR

const Subject = z.union([z.templateLiteral(['outage:', z.string().regex(/^[\w-]{1,64}$/)]), z.templateLiteral(['login:', z.int()])])

/** A ticket as text, `<subject>@<end>`: to be signed, or to be kept where nobody else writes. */
export const ticketText = ({ subject, endsAt }: Ticket): string => `${subject}@${endsAt}`

/** The ticket of such a text. Those of an earlier release name no end, and count as ended long ago. */
export const parseTicketText = (text: string): Ticket | undefined => {
  const [, name = '', end = '0'] = /^([^@]*)(?:@(\d{1,16}))?$/.exec(text) ?? []
  const subject = Subject.safeParse(name).data
  return subject === undefined ? undefined : { subject, endsAt: Number(end) }
}

/** Fit for a URL: `<text in base64url>.<HMAC-SHA256 in base64url>`. It holds no secret. */
export const signTicket = (ticket: Ticket, signingKey: string): string => {
  const payload = Buffer.from(ticketText(ticket)).toString('base64url')
  return `${payload}.${signatureOf(payload, signingKey).toString('base64url')}`
}

/** The ticket, ended or not; undefined when it was not signed with this key. */
export const readTicket = (ticket: string, signingKey: string): Ticket | undefined => {
  const [payload = '', signature = '', ...rest] = ticket.split('.')
  const expected = signatureOf(payload, signingKey)
  const given = Buffer.from(signature, 'base64url')
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return parseTicketText(Buffer.from(payload, 'base64url').toString())
}

/** The link of a mail that is written `now`. @param reauthUrl without a path */
export const reauthLink = (reauthUrl: string, subject: TicketSubject, signingKey: string, now: number): string =>
  `${reauthUrl.replace(/\/$/, '')}/reauth?ticket=${signTicket({ subject, endsAt: now + TICKET_LIFE }, signingKey)}`

/** What an event says of its link. */
export const linkFacts = (reauthUrl: string, subject: TicketSubject, signingKey: string, now: number) => ({
  link: reauthLink(reauthUrl, subject, signingKey, now),
  linkEndsAt: toIso(now + TICKET_LIFE),
  linkEndsAtText: newYorkText(now + TICKET_LIFE),
})

/** The key is used for other signatures as well: each kind says what it is. */
const signatureOf = (payload: string, signingKey: string): Buffer => createHmac('sha256', signingKey).update(`ticket.${payload}`).digest()
