import { newYorkText } from '../../../shared/domain/new-york.ts'
import type { Outage } from '../../../shared/domain/outage.ts'
import { REFRESH_TOKEN_LIFE } from '../../../shared/domain/token.ts'
import { facts } from './facts.ts'
import { html } from './html.ts'
import { counted, spanText } from './numbers.ts'
import type { Page } from './page.ts'

export type CompleteView = {
  readonly outage: Outage
  readonly backfilled: number
  /** Of the login that is stored now, epoch milliseconds. */
  readonly loggedInAt: number | undefined
}

/** The outage is over and nothing of it is missing. */
export const completePage = ({ outage, backfilled, loggedInAt }: CompleteView): Page => {
  const { startedAt, reauthorizedAt, restoredAt } = outage
  return {
    status: 200,
    tone: 'good',
    title: 'Your prices are complete, 0 missing',
    body: html`<p>Every minute since the feed stopped has been fetched and stored. There is nothing for you to do.</p>
      ${facts([
        ['Stopped', newYorkText(startedAt)],
        [
          'Working again',
          reauthorizedAt === undefined ? undefined : `${newYorkText(reauthorizedAt)}, after ${spanText(reauthorizedAt - startedAt)}`,
        ],
        ['Complete', restoredAt === undefined ? undefined : newYorkText(restoredAt)],
        ['Filled in', counted(backfilled, 'candle')],
        ['Still missing', '0 minutes'],
        ['The present login lasts until', loggedInAt === undefined ? undefined : newYorkText(loggedInAt + REFRESH_TOKEN_LIFE)],
      ])}
      <p class="quiet">
        Two days before the login ends you get a mail with a link like this one. Log in by it, and the feed does not stop at all.
      </p>`,
  }
}
