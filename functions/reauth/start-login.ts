import type { LoginStates } from '../../shared/ports.ts'
import { ticketText } from '../../shared/token/ticket.ts'
import { type AdmitDeps, admitTicket } from './admit-ticket.ts'
import { authorizeUrl, callbackUrl } from './authorize-url.ts'
import { browserCookie, hashOf, LOGIN_LIFE } from './browser.ts'
import { isLoginDue } from './occasion.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import { progressPath, type Reply } from './reply.ts'

export type StartDeps = AdmitDeps & {
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
  const admitted = await admitTicket(deps, ticket)
  if ('turn' in admitted) return wrongTurnPage(admitted.turn)
  if (!isLoginDue(admitted.occasion)) return { location: progressPath(ticket) }
  const now = clock()
  const state = newSecret()
  const kept = browser ?? newSecret()
  await states.putState({
    stateHash: hashOf(state),
    browserHash: hashOf(kept),
    subject: ticketText(admitted),
    now,
    expiresAt: now + LOGIN_LIFE,
  })
  log('login_started', { subject: admitted.subject })
  const location = authorizeUrl({ ...deps, redirectUri: callbackUrl(deps.reauthUrl), state })
  return { location, cookie: browserCookie(kept) }
}
