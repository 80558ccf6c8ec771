import { html } from './html.ts'
import { loginButton } from './login-button.ts'
import type { Page } from './page.ts'

/** Somebody logged in with another Schwab account than the one that was used so far. */
export const confirmPage = (ticket: string, confirmation: string): Page => ({
  status: 200,
  tone: 'act',
  title: 'This is another Schwab account',
  body: html`<p>
      You have logged in with another account than the one the price feed has used so far. Nothing has been replaced. Which one do you want?
    </p>
    ${loginButton(ticket, 'Log in with the account used so far')}
    <form method="post" action="/reauth">
      <input type="hidden" name="confirm" value="${confirmation}" /><button class="second">Use this other account from now on</button>
    </form>
    <p class="quiet">
      The other account can be chosen for ten minutes. It is tried with one request for prices before it replaces anything.
    </p>`,
})
