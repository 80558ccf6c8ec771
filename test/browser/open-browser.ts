import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { PATIENCE_MS } from '../../local/patience.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Whether there is a browser to test with. @throws in continuous integration, where a missing one would hide untested pages */
export const hasBrowser = (): boolean => {
  if (existsSync(CHROMIUM)) return true
  if (process.env['CI'] === 'true') throw new Error(`no browser at ${CHROMIUM}: install Debian's chromium, or set CHROMIUM to one`)
  return false
}

/** It ends with this process, which holds the pipe that it is led by. */
export const openBrowser = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    timeout: PATIENCE_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })

/** Pages of their own, with nothing remembered, in which only what hangs is given up. */
export const openContext = async (browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> => {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MS)
  return context
}
