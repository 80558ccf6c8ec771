import type { Html } from './html.ts'

/** How things stand, which the colour of the page says as well. */
export type Tone = 'calm' | 'act' | 'good' | 'trouble'

/** One page, before it is laid out. */
export type Page = {
  readonly status: number
  readonly tone: Tone
  /** Names the state: it is the heading, and the title of the window. */
  readonly title: string
  readonly body: Html
  /** Where a page that changes by itself is read again from, and after how many seconds. */
  readonly refresh?: { readonly seconds: number; readonly path: string } | undefined
}
