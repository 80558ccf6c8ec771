import { type Html, html } from './html.ts'
import { progressPath } from '../reply.ts'
import type { Page } from './page.ts'

/** Has the page read again by itself, without a script. */
export const autoRefresh = (ticket: string, seconds: number, isRefreshing: boolean): Pick<Page, 'refresh'> => ({
  refresh: isRefreshing ? { seconds, path: progressPath(ticket) } : undefined,
})

/** Who reads slowly, or listens, can stop that. */
export const refreshNote = (ticket: string, seconds: number, isRefreshing: boolean): Html =>
  isRefreshing
    ? html`<p class="quiet">
        This page is read again every ${seconds} seconds. <a href="${progressPath(ticket)}&amp;refresh=off">Stop that</a>
      </p>`
    : html`<p class="quiet">This page stands still. <a href="${progressPath(ticket)}">Let it follow the progress</a></p>`
