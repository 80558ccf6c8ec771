import { newYorkText } from '../../../shared/domain/new-york.ts'
import { REFRESH_TOKEN_LIFE } from '../../../shared/domain/token.ts'
import { facts } from './facts.ts'
import { html } from './html.ts'
import { linkEnd, loginButton } from './login-button.ts'
import { spanText } from './numbers.ts'
import type { Page } from './page.ts'

/** The login is alive and will end: whoever logs in now has no outage. Times are epoch milliseconds. */
export const endingPage = ({
  ticket,
  ticketEndsAt,
  loggedInAt,
  now,
}: {
  readonly ticket: string
  readonly ticketEndsAt: number
  readonly loggedInAt: number
  readonly now: number
}): Page => {
  const endsAt = loggedInAt + REFRESH_TOKEN_LIFE
  const left = endsAt - now
  return {
    status: 200,
    tone: 'act',
    title: left > 0 ? 'Log in now and nothing stops' : 'Your login at Schwab has ended: log in again',
    body: html`<p>
        ${left > 0 ? `Your login at Schwab ends in ${spanText(left)}. Log in now, and nothing stops.` : 'Log in now, and the feed goes on.'}
        Schwab ends each login seven days after it was made, whatever it is used for.
      </p>
      ${facts([
        ['You logged in', newYorkText(loggedInAt)],
        [left > 0 ? 'Your login ends' : 'Your login ended', newYorkText(endsAt)],
      ])}
      ${loginButton(ticket)}
      <p class="quiet">
        You log in on Schwab’s own page; your password goes to Schwab and nowhere else. The new login is tried with one request for prices
        before it replaces the present one. ${linkEnd(ticketEndsAt)}
      </p>`,
  }
}
