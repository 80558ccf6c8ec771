import { html } from './html.ts'
import { loginButton } from './login-button.ts'
import type { Page } from './page.ts'

/** Somebody logged in with another Schwab account than the one that was used so far, or nobody can tell whether it is the same. */
export const confirmPage = (account: 'other' | 'unknown', ticket: string, confirmation: string): Page => ({
  status: 200,
  tone: 'act',
  title: TITLES[account],
  body: html`<p>${WHAT[account]} Nothing has been replaced.</p>
    ${loginButton(ticket, account === 'other' ? 'Log in with the account used so far' : 'Log in again')}
    <form method="post" action="/reauth">
      <input type="hidden" name="confirm" value="${confirmation}" /><button class="second">
        ${account === 'other' ? 'Use this other account from now on' : 'It is my account: use this login'}
      </button>
    </form>
    <p class="quiet">This login can be chosen for ten minutes. It is tried with one request for prices before it replaces anything.</p>`,
})

const TITLES = { other: 'This is another Schwab account', unknown: 'Is this the right Schwab account?' } as const
const WHAT = {
  other: 'You have logged in with another account than the one the price feed has used so far. Which one do you want?',
  unknown:
    'Nobody can tell whether you have logged in with the account that the price feed has used so far: what is stored, or Schwab’s answer, does not say whose it is. If you did not log in here yourself a moment ago, close this page.',
} as const
