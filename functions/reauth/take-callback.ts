import type { LoginStates } from '../../shared/ports.ts'
import { type AdmitDeps, admitTicket } from './admit-ticket.ts'
import { callbackUrl } from './authorize-url.ts'
import { hashOf } from './browser.ts'
import { finishLogin } from './finish-login.ts'
import type { LoginDeps } from './login-deps.ts'
import { isLoginDue } from './occasion.ts'
import { usedPage } from './pages/used-page.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import type { Reply } from './reply.ts'
import { replyToOutcome } from './reply-to-outcome.ts'
import { ticketFor } from './return-ticket.ts'

export type CallbackDeps = LoginDeps &
  AdmitDeps & {
    readonly states: Pick<LoginStates, 'takeState'>
    readonly reauthUrl: string
  }

/** Schwab has sent the browser back. Nothing is exchanged unless this browser began the login, within its time, and once. */
export const takeCallback = async (deps: CallbackDeps, query: URLSearchParams, browser: string | undefined): Promise<Reply> => {
  const { states, clock, log, signingKey, reauthUrl } = deps
  // A browser without our cookie began nothing: a hash of nothing is nobody's.
  const browserHash = hashOf(browser ?? '')
  const { outcome, subject } = await states.takeState({ stateHash: hashOf(query.get('state') ?? ''), browserHash, now: clock() })
  const ticket = ticketFor(subject, signingKey)
  if (outcome === 'unknown' || outcome === 'foreign' || ticket === undefined) {
    log('login_refused', { reason: `state_${outcome}` })
    // What the login was for is nobody's business here.
    return wrongTurnPage(outcome === 'foreign' ? 'state_foreign' : 'state_unknown')
  }
  const error = query.get('error')
  if (error !== null) {
    const turn = error === 'access_denied' ? 'denied' : 'vendor_error'
    log('login_refused', { reason: turn })
    return wrongTurnPage(turn, ticket)
  }
  if (outcome === 'used') {
    log('login_refused', { reason: 'state_used' })
    return howItStands(deps, ticket)
  }
  const code = query.get('code')
  const turn = outcome === 'expired' ? 'state_expired' : code === null || code === '' ? 'no_code' : undefined
  if (turn !== undefined || code === null) {
    log('login_refused', { reason: turn ?? 'no_code' })
    return wrongTurnPage(turn ?? 'no_code', ticket)
  }
  const login = await finishLogin(deps, { code, redirectUri: callbackUrl(reauthUrl) })
  return replyToOutcome(deps, login, { subject: subject ?? '', ticket, browserHash })
}

/** After the back button or a reload. */
const howItStands = async (deps: CallbackDeps, ticket: string): Promise<Reply> => {
  const admitted = await admitTicket(deps, ticket)
  if ('turn' in admitted) return wrongTurnPage(admitted.turn)
  return isLoginDue(admitted.occasion) ? wrongTurnPage('state_used', ticket) : usedPage(ticket, (await deps.book.tokenState()).loggedInAt)
}
