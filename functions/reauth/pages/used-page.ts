import { newYorkText } from '../../../shared/domain/new-york.ts'
import { REFRESH_TOKEN_LIFE } from '../../../shared/domain/token.ts'
import { progressPath } from '../reply.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'

/** The way back from Schwab was taken a second time, after it had worked. @param loggedInAt epoch milliseconds */
export const usedPage = (ticket: string, loggedInAt: number | undefined): Page => ({
  status: 200,
  tone: 'good',
  title: 'This login has been used already',
  body: html`<p>
      You came back to this page a second time: that does no harm.
      ${
        loggedInAt === undefined
          ? 'The stored login works.'
          : `The stored login works, and lasts until ${newYorkText(loggedInAt + REFRESH_TOKEN_LIFE)}.`
      }
    </p>
    <p><a href="${progressPath(ticket)}">See how things stand</a></p>`,
})
