import type { LoginOutcome } from '../functions/reauth/login-outcome.ts'
import { momentText } from './span-text.ts'

/** How a login ended, for a person. `ok`: a token that works is in use. */
export type LoginText = { readonly ok: boolean; readonly title: string; readonly text: string }

const NOTHING_CHANGED = 'What was stored before is untouched.'

/** @param outcome anything but `other_account`, which is a question */
export const loginText = (outcome: Exclude<LoginOutcome, { readonly outcome: 'other_account' }>): LoginText =>
  outcome.outcome === 'completed' ? { ok: true, title: 'Logged in', text: completedText(outcome) } : OTHER_ENDS[outcome.outcome]

const failed = (title: string, text: string): LoginText => ({ ok: false, title, text })

const OTHER_ENDS: Readonly<Record<Exclude<LoginOutcome['outcome'], 'completed' | 'other_account'>, LoginText>> = {
  superseded: {
    ok: true,
    title: 'A later login is in use',
    text: 'Somebody has logged in after you, and that login works: there is nothing left to do.',
  },
  not_proven: failed(
    'Stored, but not in use yet',
    "Schwab's data service does not answer at the moment. The login is kept; token-keeper tries it every minute and uses it as soon as it works. Watch: kite token.",
  ),
  no_market_data: failed(
    'No market data with this login',
    `Schwab refuses market data: at developer.schwab.com the app has to be "Ready For Use" and to have the product "Market Data Production". ${NOTHING_CHANGED}`,
  ),
  code_refused: failed(
    'Schwab did not accept the code',
    `A code lives half a minute, works once, and only for the callback URL that is registered for the app. Start again. ${NOTHING_CHANGED}`,
  ),
  client_refused: failed(
    'Schwab does not accept the app',
    `The key or secret of the app in the application secret is wrong: compare them with developer.schwab.com. ${NOTHING_CHANGED}`,
  ),
  no_refresh_token: failed(
    'No refresh token came',
    `Schwab answered without one, so this login could not be renewed. Start again. ${NOTHING_CHANGED}`,
  ),
  schwab_unavailable: failed('Schwab does not answer', `The code could not be exchanged. Start again in a few minutes. ${NOTHING_CHANGED}`),
  secret_full: failed(
    'The login cannot be stored',
    `The secret of the token has taken a hundred versions in a day, and AWS takes no more; a mail says until when. The code was not used. ${NOTHING_CHANGED}`,
  ),
  displaced: failed('Another token came in between', `The login that was kept has given way to it. Start again. ${NOTHING_CHANGED}`),
}

const completedText = ({
  outageId,
  refreshExpiresAt,
  recorded,
  published,
}: Extract<LoginOutcome, { readonly outcome: 'completed' }>): string => {
  const lasts = `The new token is proven and in use until ${momentText(refreshExpiresAt)}.`
  if (!recorded) return `${lasts} The database did not answer: token-keeper makes up for it within a minute.`
  if (outageId === undefined) return lasts
  const told = published
    ? 'The parked jobs are being sent back'
    : 'The event could not be published yet; within five minutes the parked jobs are sent back all the same'
  return `${lasts} Outage ${outageId} is over for the token. ${told}; what is missing is fetched by itself. Watch: kite status.`
}
