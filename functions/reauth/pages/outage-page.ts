import { newYorkText } from '../../../shared/domain/new-york.ts'
import type { Outage, OutageReason } from '../../../shared/domain/outage.ts'
import { facts } from './facts.ts'
import { type Html, html } from './html.ts'
import { linkEnd, loginButton } from './login-button.ts'
import { counted } from './numbers.ts'
import type { Page } from './page.ts'

export type OutageView = {
  readonly outage: Outage
  readonly ticket: string
  /** Epoch milliseconds. */
  readonly ticketEndsAt: number
  readonly tickerCount: number
  /** When the newest stored candle ended, epoch milliseconds. */
  readonly newestCandle: number | undefined
}

/** The token is dead: since when, why, what will happen, and the button. */
export const outagePage = ({ outage, ticket, ticketEndsAt, tickerCount, newestCandle }: OutageView): Page => ({
  status: 200,
  tone: 'act',
  title: TITLES[outage.reason],
  body: html`<p>${WHY[outage.reason]}</p>
    ${facts([
      ['Stopped since', newYorkText(outage.startedAt)],
      ['Last good candle', newestCandle === undefined ? 'none yet' : newYorkText(newestCandle)],
      ['Waiting for you', counted(tickerCount, 'ticker')],
    ])}
    ${outage.reason === 'configuration' ? html`${loginButton(ticket, 'It is corrected: log in at Schwab')}` : loginButton(ticket)}
    <h2>What happens then</h2>
    <ol>
      <li>You log in on Schwab’s own page and allow access. Your password goes to Schwab and nowhere else.</li>
      <li>The new login is tried with one request for prices. Only when that works does it replace the old one.</li>
      <li>Every minute that was missed is fetched, and this page shows how far it has come.</li>
    </ol>
    <p class="quiet">Nothing is lost while you read this: what is missing is known and waits. ${linkEnd(ticketEndsAt)}</p>`,
})

const TITLES: { readonly [Reason in OutageReason]: string } = {
  reauth_required: 'The price feed has stopped: log in at Schwab',
  entitlement: 'The price feed has stopped: Schwab refuses market data',
  configuration: 'The price feed has stopped: the app’s key is refused',
  unusable_token: 'The price feed has stopped: the stored login is of no use',
}

const WHY: { readonly [Reason in OutageReason]: Html } = {
  reauth_required: html`Schwab does not accept the stored login any more. Each login ends after seven days; one also ends early when it is
  withdrawn, or when somebody logs in anew elsewhere. One login by you, and everything goes on.`,
  entitlement: html`Schwab renews the login but answers every request for prices with a refusal. A new login often helps. If it does not,
  look at developer.schwab.com: the app has to be “Ready For Use” and to have the product “Market Data Production”.`,
  configuration: html`Schwab does not accept the key or the secret of the app itself, so logging in does not help yet. Compare them with
    those at developer.schwab.com and correct the application secret; <code>kite doctor</code> says whether it worked. The feed then goes on
    by itself, unless the login has ended meanwhile.`,
  unusable_token: html`Somebody put a token into the secret that cannot be renewed, and the one before it does not work any more. One login
  by you, and everything goes on.`,
}
