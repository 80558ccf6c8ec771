import type { Log } from '../../shared/domain/log-events.ts'
import type { Clock } from '../../shared/ports.ts'
import { readTicket, type TicketSubject } from '../../shared/token/ticket.ts'
import { type Occasion, type OccasionDeps, occasionOf } from './occasion.ts'
import type { WrongTurn } from './pages/wrong-turns.ts'

export type AdmitDeps = OccasionDeps & { readonly clock: Clock; readonly signingKey: string; readonly log: Log }

export type Admission =
  | { readonly occasion: Occasion; readonly subject: TicketSubject; readonly endsAt: number }
  | { readonly turn: WrongTurn }

/** Whether a ticket opens anything now, and what. */
export const admitTicket = async (deps: AdmitDeps, text: string): Promise<Admission> => {
  const ticket = readTicket(text, deps.signingKey)
  if (ticket === undefined) return refuse(deps, 'not_signed', 'bad_ticket')
  if (ticket.endsAt <= deps.clock()) return refuse(deps, 'ended', 'ended_ticket')
  const occasion = await occasionOf(deps, ticket.subject)
  return occasion === undefined ? refuse(deps, 'unknown', 'bad_ticket') : { ...ticket, occasion }
}

const refuse = ({ log }: AdmitDeps, reason: string, turn: WrongTurn): Admission => {
  log('ticket_refused', { reason })
  return { turn }
}
