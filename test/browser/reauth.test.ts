import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, ConsoleMessage, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runningStack, type RunningStack, until } from '../running-stack.ts'
import { hasBrowser, openBrowser } from './open-browser.ts'

const PICTURES = process.env['PICTURES_DIR']

describe.skipIf(!hasBrowser())('a person whose token has died', () => {
  let stack: RunningStack
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    stack = await runningStack(mkdtempSync(join(tmpdir(), 'alpha-kite-browser-')), 46000)
    browser = await openBrowser()
    page = await (await browser.newContext({ viewport: { width: 900, height: 1000 } })).newPage()
    page.on('console', (message: ConsoleMessage) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
    rmSync(stack.dir, { recursive: true, force: true })
  })

  const picture = async (name: string): Promise<void> => {
    if (PICTURES === undefined) return
    mkdirSync(PICTURES, { recursive: true })
    await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  }

  it('follows the link of the event, presses one button, logs in, and sees the feed become complete', { timeout: 400_000 }, async () => {
    await stack.sim('revoke-refresh')
    await stack.sim('expire-access')
    const event = await until(() => stack.events('ReauthRequired')[0], 'the event ReauthRequired')
    expect(event.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/reauth\?ticket=/)

    await page.goto(event.link ?? '')
    await picture('1-outage')
    await page.getByRole('button', { name: /log in at schwab/i }).click()
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    expect(page.url()).toContain('/v1/oauth/authorize')
    await page.getByRole('button', { name: 'Deny' }).click()
    await picture('2-denied')
    expect(await page.locator('main').innerText()).toMatch(/deny/i)

    await page.getByRole('button', { name: /log in/i }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(/\/reauth\?ticket=/)
    await picture('3-recovery')
    await page.getByText('complete, 0 missing').waitFor({ timeout: 300_000 })
    await picture('4-complete')
    const restored = await until(() => stack.events('FeedRestored')[0], 'the event FeedRestored')
    expect(restored).toMatchObject({ outageId: event.outageId, missing: 0 })
    expect(stack.outageIds()).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  it('is told that a login works once, after going back to allow it again', async () => {
    await page.goBack()
    expect(page.url()).toContain('/v1/oauth/authorize')
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(/\/reauth\/callback/)
    await picture('5-back')
    expect(await page.locator('main').innerText()).toMatch(/used/i)
    expect(stack.events('Reauthorized').filter(({ outageId }) => outageId !== undefined)).toHaveLength(1)
    // The page of a wrong turn has a status that says so, which the console of the browser repeats.
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
  })
})
