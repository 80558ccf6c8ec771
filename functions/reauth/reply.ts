import type { HttpAnswer } from '../../shared/lambda/http-handler.ts'
import { pageAnswer } from './pages/layout.ts'
import type { Page } from './pages/page.ts'

/** A page, or another place to go to. */
export type Reply = Page | { readonly location: string; readonly cookie?: string | undefined }

/** Where a ticket shows how things stand. */
export const progressPath = (ticket: string): string => `/reauth?ticket=${encodeURIComponent(ticket)}`

/** @param formOrigins see `pageAnswer` */
export const answerOf = (reply: Reply, formOrigins: readonly string[]): HttpAnswer => {
  if (!('location' in reply)) return pageAnswer(reply, formOrigins)
  const { location, cookie } = reply
  return { status: 303, headers: { location }, cookies: cookie === undefined ? [] : [cookie], body: '' }
}
