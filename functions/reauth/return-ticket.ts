import { signTicket, type TicketSubject } from '../../shared/token/ticket.ts'

/** The ticket for what a login was begun for, as it was stored; undefined where that is unknown. */
export const ticketFor = (subject: string | undefined, signingKey: string): string | undefined =>
  subject !== undefined && isSubject(subject) ? signTicket(subject, signingKey) : undefined

const isSubject = (text: string): text is TicketSubject => /^(outage:[\w-]{1,64}|login:\d{1,15})$/.test(text)
