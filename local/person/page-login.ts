import { browser } from './browser.ts'

/** What the last page said. */
export type PageLogin = { readonly status: number; readonly heading: string }

/**
 * Logs in as the mail asks: opens its link, presses the button, allows or denies at Schwab, and reads the page that comes back.
 * Fails when a page has no button to press.
 */
export const pageLogin = async (link: string, decision: 'allow' | 'deny'): Promise<PageLogin> => {
  const { open, press } = browser()
  const asking = await open(link)
  const schwab = await press(asking)
  const { status, heading } = await press(schwab, { decision })
  return { status, heading }
}
