import { newYorkText } from '../../../shared/domain/new-york.ts'
import type { Outage, Recovery } from '../../../shared/domain/outage.ts'
import { autoRefresh, refreshNote } from './auto-refresh.ts'
import { facts } from './facts.ts'
import { html } from './html.ts'
import { counted } from './numbers.ts'
import type { Page } from './page.ts'

const SECONDS = 3
/** A second read takes up to an hour. */
const SECONDS_FOR_PROOFS = 10

export type RecoveryView = {
  readonly outage: Outage
  readonly recovery: Recovery
  readonly ticket: string
  readonly isRefreshing: boolean
}

/** The new login works, and what was missed is being fetched. */
export const recoveryPage = ({ outage, recovery, ticket, isRefreshing }: RecoveryView): Page => {
  const { missing, unproven, backfilled } = recovery
  const seconds = missing === 0 && unproven > 0 ? SECONDS_FOR_PROOFS : SECONDS
  const all = Math.max(1, missing + backfilled)
  return {
    status: 200,
    tone: 'calm',
    title: missing > 0 ? `Catching up: ${counted(missing, 'minute')} missing` : 'Every minute is back, the last check is under way',
    ...autoRefresh(ticket, seconds, isRefreshing),
    body: html`<p>${missing > 0 ? COMING : unproven > 0 ? PROVING : COUNTING}</p>
      <div role="status" aria-live="polite">
        <progress max="${all}" value="${all - missing}" aria-label="How much is back"></progress>
        ${facts([
          ['Still missing', counted(missing, 'minute')],
          ['Filled in so far', counted(backfilled, 'candle')],
          ['Waiting for a second read', counted(unproven, 'session')],
          ['Stopped', newYorkText(outage.startedAt)],
          ['Working again since', outage.reauthorizedAt === undefined ? undefined : newYorkText(outage.reauthorizedAt)],
        ])}
      </div>
      <p>There is nothing left for you to do. You may close this page: a mail comes when nothing is missing any more.</p>
      ${refreshNote(ticket, seconds, isRefreshing)}`,
  }
}

const COMING = 'The new login works. Everything that was missed is being fetched, newest first; new prices come in as usual.'
const PROVING =
  'The new login works, and everything that was missed is fetched. A closed session counts as complete once a second read agrees with the first, ' +
  'which is done within the hour.'
const COUNTING = 'The new login works, and everything that was missed is fetched. The last count is made within a minute.'
