import { newYorkText } from '../../../shared/domain/new-york.ts'
import { autoRefresh, refreshNote } from './auto-refresh.ts'
import { facts } from './facts.ts'
import { html } from './html.ts'
import { loginButton } from './login-button.ts'
import type { Page } from './page.ts'

const SECONDS = 10

/** A login is stored that Schwab's data service has not accepted yet. @param loggedInAt epoch milliseconds */
export const waitingPage = (view: { readonly ticket: string; readonly loggedInAt: number; readonly isRefreshing: boolean }): Page => ({
  status: 200,
  tone: 'calm',
  title: 'Your login is stored, but not yet proven',
  ...autoRefresh(view.ticket, SECONDS, view.isRefreshing),
  body: html`<p>
      Schwab has taken your login, but its data service has not answered a request for prices with it yet. The login is kept and tried again
      by itself; this page goes on by itself when it works.
    </p>
    ${facts([['You logged in', newYorkText(view.loggedInAt)]])}
    <p>There is nothing you have to do. If this has not changed after half an hour, log in once more.</p>
    ${loginButton(view.ticket, 'Log in once more')} ${refreshNote(view.ticket, SECONDS, view.isRefreshing)}`,
})
