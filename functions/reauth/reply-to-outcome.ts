import type { Clock } from '../../shared/ports.ts'
import { LOGIN_LIFE } from './browser.ts'
import { signConfirmation } from './confirmation.ts'
import type { LoginOutcome } from './login-outcome.ts'
import { confirmPage } from './pages/confirm-page.ts'
import { unrecordedPage } from './pages/unrecorded-page.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'
import { progressPath, type Reply } from './reply.ts'

/** Who logged in, and for what. */
export type Visit = { readonly subject: string; readonly ticket: string; readonly browserHash: string }

/** What the person sees of how a login ended. Where there is progress to see, the browser goes there: a reload does no harm then. */
export const replyToOutcome = (
  { clock, signingKey }: { readonly clock: Clock; readonly signingKey: string },
  login: LoginOutcome,
  { subject, ticket, browserHash }: Visit,
): Reply => {
  switch (login.outcome) {
    case 'completed':
      return login.recorded ? { location: progressPath(ticket) } : unrecordedPage(progressPath(ticket), login.refreshExpiresAt)
    case 'superseded':
    case 'not_proven':
      return { location: progressPath(ticket) }
    case 'other_account': {
      const confirmation = { versionId: login.versionId, subject, exp: clock() + LOGIN_LIFE }
      return confirmPage(login.account, ticket, signConfirmation(confirmation, browserHash, signingKey))
    }
    default:
      return wrongTurnPage(login.outcome, ticket)
  }
}
