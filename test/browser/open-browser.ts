import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Whether there is a browser to test with. @throws in continuous integration, where a missing one would hide untested pages */
export const hasBrowser = (): boolean => {
  if (existsSync(CHROMIUM)) return true
  if (process.env['CI'] === 'true') throw new Error(`no browser at ${CHROMIUM}: install Debian's chromium, or set CHROMIUM to one`)
  return false
}

export const openBrowser = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
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
