import { newYorkText } from '../../../shared/domain/new-york.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'

/** The login is stored and works, but the database could not be told. @param refreshExpiresAt epoch milliseconds */
export const unrecordedPage = (path: string, refreshExpiresAt: number): Page => ({
  status: 200,
  tone: 'good',
  title: 'Your login is stored and works',
  body: html`<p>
      It lasts until ${newYorkText(refreshExpiresAt)}. The pipeline’s database does not answer at the moment; as soon as it does, everything
      goes on by itself. There is nothing left for you to do.
    </p>
    <p><a href="${path}">See how things stand</a></p>`,
})
