import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, ConsoleMessage, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runningStack, type RunningStack } from '../running-stack.ts'
import { until } from '../until.ts'
import { hasBrowser, openBrowser, openContext } from './open-browser.ts'
import { picture } from './picture.ts'

describe.skipIf(!hasBrowser())('a person whose token has died', () => {
  let stack: RunningStack
  let browser: Browser
  let dashboard: Page
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    stack = await runningStack(mkdtempSync(join(tmpdir(), 'alpha-kite-browser-')), 46000)
    browser = await openBrowser()
    const context = await openContext(browser, { viewport: { width: 900, height: 1000 } })
    context.on('page', (opened) => {
      opened.on('console', (message: ConsoleMessage) => message.type() === 'error' && complaints.push(message.text()))
      opened.on('pageerror', (error) => complaints.push(error.message))
    })
    dashboard = await context.newPage()
    await dashboard.setViewportSize({ width: 1280, height: 1000 })
    await dashboard.goto(stack.endpoints.status.url)
  })
  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
    rmSync(stack.dir, { recursive: true, force: true })
  })

  const headline = (text: string | RegExp) => dashboard.locator('.banner strong', { hasText: text }).waitFor()

  it('sees candles arrive on the dashboard, without reading it again', async () => {
    await headline('The feed is live')
    await dashboard.locator('.chart[data-bars]').waitFor()
    const bars = async () => Number(await dashboard.locator('.chart').getAttribute('data-bars'))
    const before = await bars()
    await expect.poll(bars).toBeGreaterThan(before + 1)
    expect(complaints).toEqual([])
  })

  it('is told when the database does not answer, and that it does again', async () => {
    await dashboard.getByRole('button', { name: 'Supabase down' }).click()
    await headline(/Supabase does not answer since/)
    await dashboard.getByRole('button', { name: 'Clear all faults' }).click()
    await headline(/The feed is live|The newest candle is/)
    await headline('The feed is live')
    // The browser itself notes each request that failed.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('status of 502')))
    expect(complaints).toEqual([])
  })

  it('follows the link of the event, presses one button, logs in, and sees the feed become complete', async () => {
    await dashboard.getByRole('button', { name: 'Revoke the token' }).click()
    const event = await until(() => stack.events('ReauthRequired')[0], 'the event ReauthRequired')
    expect(event.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/reauth\?ticket=/)

    await headline('The feed has stopped')
    await dashboard
      .locator('.tile', { hasText: 'Jobs parked' })
      .locator('dd', { hasText: /^[1-9]/ })
      .waitFor()
    await picture(dashboard, '0-dashboard-outage')
    const opened = dashboard.context().waitForEvent('page')
    await dashboard.getByRole('link', { name: 'Log in at Schwab' }).first().click()
    page = await opened
    await page.waitForLoadState()
    expect(page.url()).toBe(event.link)
    await picture(page, '1-outage')
    await page.getByRole('button', { name: /log in at schwab/i }).click()
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    expect(page.url()).toContain('/v1/oauth/authorize')
    await page.getByRole('button', { name: 'Deny' }).click()
    await picture(page, '2-denied')
    expect(await page.locator('main').innerText()).toMatch(/deny/i)

    await page.getByRole('button', { name: /log in/i }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(/\/reauth\?ticket=/)
    await picture(page, '3-recovery')
    await page.getByText('complete, 0 missing').waitFor()
    await picture(page, '4-complete')
    const restored = await until(() => stack.events('FeedRestored')[0], 'the event FeedRestored')
    expect(restored).toMatchObject({ outageId: event.outageId, missing: 0 })
    expect(stack.outageIds()).toHaveLength(1)
    await headline(/The feed is live|The market is closed/)
    await dashboard.locator('.outages tbody td').last().getByText('0', { exact: true }).waitFor()
    await picture(dashboard, '6-dashboard-complete')
    expect(complaints).toEqual([])
  })

  it('is told that a login works once, after going back to allow it again', async () => {
    await page.goBack()
    expect(page.url()).toContain('/v1/oauth/authorize')
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(/\/reauth\/callback/)
    await picture(page, '5-back')
    expect(await page.locator('main').innerText()).toMatch(/used/i)
    expect(stack.events('Reauthorized').filter(({ outageId }) => outageId !== undefined)).toHaveLength(1)
    // The page of a wrong turn has a status that says so, which the console of the browser repeats.
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
  })
})
