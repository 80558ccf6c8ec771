import type { Outage } from '../../shared/domain/outage.ts'
import type { TokenBook } from '../../shared/ports.ts'
import type { TicketSubject } from '../../shared/token/ticket.ts'

/** What a person with a ticket has to do with. `ending`: the login is alive and will end. `renewed`: there is a newer one. */
export type Occasion =
  | { readonly kind: 'outage'; readonly outage: Outage }
  | { readonly kind: 'ending'; readonly loggedInAt: number }
  | { readonly kind: 'renewed'; readonly loggedInAt: number }

export type OccasionDeps = { readonly book: Pick<TokenBook, 'tokenState' | 'outage'> }

/** What a ticket stands for now; undefined when the database knows nothing of it (any more). */
export const occasionOf = async ({ book }: OccasionDeps, subject: TicketSubject): Promise<Occasion | undefined> => {
  const [kind, name = ''] = subject.split(':')
  if (kind === 'outage') {
    const outage = await book.outage(name)
    return outage && { kind: 'outage', outage }
  }
  const { loggedInAt, outages } = await book.tokenState()
  const since = Number(name)
  const newest = outages.at(-1)
  const isOpen = newest !== undefined && newest.reauthorizedAt === undefined
  // Of a login that another has followed, not even a death gives the link back its right.
  if (isOpen && (loggedInAt === undefined || loggedInAt <= since)) return { kind: 'outage', outage: newest }
  if (loggedInAt === undefined || loggedInAt < since) return undefined
  if (loggedInAt === since) return { kind: 'ending', loggedInAt }
  return newest === undefined || isOpen ? { kind: 'renewed', loggedInAt } : { kind: 'outage', outage: newest }
}

/** Whether a login now is of use. */
export const isLoginDue = (occasion: Occasion): boolean =>
  occasion.kind === 'outage' ? occasion.outage.reauthorizedAt === undefined : occasion.kind === 'ending'
