import { browser, type Page } from './browser.ts'

/** What the last page said. */
export type PageLogin = { readonly status: number; readonly heading: string }

/**
 * Logs in as the mail asks: opens its link, presses the button, allows or denies at Schwab, says that the account is the right one where the
 * page asks, and reads the page that comes back.
 * Fails when a page has no button to press.
 */
export const pageLogin = async (link: string, decision: 'allow' | 'deny'): Promise<PageLogin> => {
  const { open, press } = browser()
  const asking = await open(link)
  const schwab = await press(asking)
  const answered = await press(schwab, { decision })
  // The person knows whose account that was.
  const { status, heading } = asksWhose(answered) ? await press(answered, {}, CONFIRM) : answered
  return { status, heading }
}

/** The field of the form that says so. */
const CONFIRM = 'confirm'

const asksWhose = ({ html }: Page): boolean => html.includes(`name="${CONFIRM}"`)
