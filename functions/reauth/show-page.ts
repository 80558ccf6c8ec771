import { sessionsBetween, type Calendar } from '../../shared/domain/calendar.ts'
import { PipelineError } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { Outage } from '../../shared/domain/outage.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { compareAccounts } from '../../shared/domain/token-account.ts'
import type { Clock, SecretVersions, TokenBook } from '../../shared/ports.ts'
import { admitTicket } from './admit-ticket.ts'
import { isLoginDue, type Occasion } from './occasion.ts'
import { completePage } from './pages/complete-page.ts'
import { endingPage } from './pages/ending-page.ts'
import { outagePage } from './pages/outage-page.ts'
import type { Page } from './pages/page.ts'
import { recoveryPage } from './pages/recovery-page.ts'
import { renewedPage } from './pages/renewed-page.ts'
import { waitingPage } from './pages/waiting-page.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import { heldToken } from './held-token.ts'
import { readableToken } from './readable-token.ts'

export type ShowDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly signingKey: string
  readonly calendar: Calendar
  readonly tickers: readonly string[]
  readonly horizonDays: number
  readonly book: Pick<TokenBook, 'tokenState' | 'outage' | 'recovery' | 'newestCandle'>
  readonly secret: Pick<SecretVersions, 'current' | 'pending' | 'previous'>
}

/** So long the page tells people to wait; then the button is of more use, milliseconds. */
const WORTH_WAITING = 30 * MINUTE

/** How things stand with what the ticket is for. Changes nothing: programs that scan mails follow links too. */
export const showPage = async (deps: ShowDeps, ticket: string | null, isRefreshing: boolean): Promise<Page> => {
  if (ticket === null || ticket === '') return wrongTurnPage('no_ticket')
  const admitted = await admitTicket(deps, ticket)
  if ('turn' in admitted) return wrongTurnPage(admitted.turn)
  const { occasion, endsAt } = admitted
  if (isLoginDue(occasion)) {
    const waiting = await unprovenLogin(deps, occasion)
    if (waiting !== undefined) return waitingPage({ ticket, loggedInAt: waiting, isRefreshing })
  }
  if (occasion.kind === 'renewed') return renewedPage(occasion.loggedInAt)
  if (occasion.kind === 'ending') return endingPage({ ticket, ticketEndsAt: endsAt, loggedInAt: occasion.loggedInAt, now: deps.clock() })
  return showOutage(deps, occasion.outage, { ticket, ticketEndsAt: endsAt }, isRefreshing)
}

const showOutage = async (
  deps: ShowDeps,
  outage: Outage,
  { ticket, ticketEndsAt }: { readonly ticket: string; readonly ticketEndsAt: number },
  isRefreshing: boolean,
): Promise<Page> => {
  const { book, calendar, tickers, horizonDays, clock } = deps
  if (outage.reauthorizedAt === undefined) {
    return outagePage({ outage, ticket, ticketEndsAt, tickerCount: tickers.length, newestCandle: await book.newestCandle() })
  }
  const now = outage.restoredAt ?? clock()
  const sessions = sessionsBetween(calendar, Math.max(outage.startedAt, now - horizonDays * 24 * HOUR), now)
  const recovery = await book.recovery({ outageId: outage.id, tickers, sessions, now })
  if (outage.restoredAt === undefined) return recoveryPage({ outage, recovery, ticket, isRefreshing })
  const { loggedInAt } = await book.tokenState()
  return completePage({ outage, backfilled: recovery.backfilled, loggedInAt })
}

/** When the login was made that is kept beside the current one because it could not be proven; undefined when there is none since. */
const unprovenLogin = async ({ secret, clock }: ShowDeps, occasion: Occasion): Promise<number | undefined> => {
  // Such a login has an answer: Schwab refuses market data with it.
  if (occasion.kind === 'outage' && occasion.outage.reason === 'entitlement') return undefined
  const since = Math.max(occasion.kind === 'outage' ? occasion.outage.startedAt : occasion.loggedInAt, clock() - WORTH_WAITING)
  const [pending, held] = await Promise.all([secret.pending().catch(undefinedIfExpected), heldToken(secret).catch(undefinedIfExpected)])
  const login = pending && readableToken(pending.value)
  if (login === undefined || (login.loggedInAt ?? 0) <= since) return undefined
  // One of another account, or of nobody knows whose, waits for a person and not for Schwab.
  return compareAccounts(login, held) === 'same' ? login.loggedInAt : undefined
}

const undefinedIfExpected = (error: unknown): undefined => {
  if (error instanceof PipelineError) return undefined
  throw error
}
