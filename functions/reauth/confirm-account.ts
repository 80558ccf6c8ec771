import { hashOf } from './browser.ts'
import { readConfirmation } from './confirmation.ts'
import { finishStoredLogin } from './finish-login.ts'
import type { LoginDeps } from './login-deps.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import type { Reply } from './reply.ts'
import { replyToOutcome } from './reply-to-outcome.ts'
import { ticketFor } from './return-ticket.ts'

/** The person wants the other account's login used. Only the browser that made it may say so, within ten minutes. */
export const confirmAccount = async (
  deps: LoginDeps & { readonly signingKey: string },
  confirmation: string,
  browser: string | undefined,
): Promise<Reply> => {
  const { clock, log, signingKey } = deps
  const browserHash = hashOf(browser ?? '')
  const confirmed = browser === undefined ? undefined : readConfirmation(confirmation, browserHash, signingKey, clock())
  const ticket = ticketFor(confirmed?.subject, signingKey)
  if (confirmed === undefined || ticket === undefined) {
    log('login_refused', { reason: 'confirmation_refused' })
    return wrongTurnPage('confirmation_refused')
  }
  const login = await finishStoredLogin(deps, confirmed.versionId)
  return replyToOutcome(deps, login, { subject: confirmed.subject, ticket, browserHash })
}
