import { parseTicketText, signTicket } from '../../shared/token/ticket.ts'

/** The ticket that a login was begun with, as it was stored, and with the end that it had; undefined where that is unknown. */
export const ticketFor = (stored: string | undefined, signingKey: string): string | undefined => {
  const ticket = stored === undefined ? undefined : parseTicketText(stored)
  return ticket && signTicket(ticket, signingKey)
}
