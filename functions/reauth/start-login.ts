import type { Log } from '../../shared/domain/log-events.ts'
import type { Clock, LoginStates } from '../../shared/ports.ts'
import { readTicket } from '../../shared/token/ticket.ts'
import { authorizeUrl, callbackUrl } from './authorize-url.ts'
import { browserCookie, hashOf, LOGIN_LIFE } from './browser.ts'
import { isLoginDue, type OccasionDeps, occasionOf } from './occasion.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import { progressPath, type Reply } from './reply.ts'

export type StartDeps = OccasionDeps & {
  readonly clock: Clock
  readonly log: Log
  readonly signingKey: string
  readonly states: Pick<LoginStates, 'putState'>
  readonly schwabUrl: string
  readonly appKey: string
  /** Without a path: where Schwab sends people back to comes from the configuration, never from a header. */
  readonly reauthUrl: string
  /** 32 random bytes in base64url. */
  readonly newSecret: () => string
}

/**
 * Sends the browser to Schwab with a state that is good for one use, in this browser, within ten minutes.
 * @param browser what the browser was given before: it is kept, so that of two clicks both lead somewhere
 */
export const startLogin = async (deps: StartDeps, ticket: string, browser: string | undefined): Promise<Reply> => {
  const { clock, log, states, newSecret } = deps
  const subject = readTicket(ticket, deps.signingKey)
  const occasion = subject && (await occasionOf(deps, subject))
  if (subject === undefined || occasion === undefined) {
    log('ticket_refused', { reason: subject === undefined ? 'not_signed' : 'unknown' })
    return wrongTurnPage('bad_ticket')
  }
  if (!isLoginDue(occasion)) return { location: progressPath(ticket) }
  const now = clock()
  const state = newSecret()
  const kept = browser ?? newSecret()
  await states.putState({ stateHash: hashOf(state), browserHash: hashOf(kept), subject, now, expiresAt: now + LOGIN_LIFE })
  log('login_started', { subject })
  const location = authorizeUrl({ ...deps, redirectUri: callbackUrl(deps.reauthUrl), state })
  return { location, cookie: browserCookie(kept) }
}
