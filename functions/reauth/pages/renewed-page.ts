import { newYorkText } from '../../../shared/domain/new-york.ts'
import { REFRESH_TOKEN_LIFE } from '../../../shared/domain/token.ts'
import { facts } from './facts.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'

/** There is a newer login than the one that was about to end. @param loggedInAt epoch milliseconds */
export const renewedPage = (loggedInAt: number): Page => ({
  status: 200,
  tone: 'good',
  title: 'Done: the new login works',
  body: html`<p>The new login lasts until ${newYorkText(loggedInAt + REFRESH_TOKEN_LIFE)}. There is nothing left for you to do.</p>
    ${facts([
      ['Logged in', newYorkText(loggedInAt)],
      ['The next login is due before', newYorkText(loggedInAt + REFRESH_TOKEN_LIFE)],
    ])}
    <p class="quiet">You get a mail two days before that.</p>`,
})
