import axe from 'axe-core'
import type { Browser, Page, ViewportSize } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MINUTE } from '../../shared/domain/time.ts'
import { liveRead } from '../contract/store-setup.ts'
import { clientAt, KEYS } from '../contract/store-embedded.ts'
import { hasBrowser, openBrowser, openContext } from './open-browser.ts'
import { picture } from './picture.ts'
import { LAST, NOW, seededPage, type SeededPage, SESSIONS, TODAY, YESTERDAY } from './seeded-page.ts'

type View = { readonly viewport?: ViewportSize; readonly colorScheme?: 'light' | 'dark'; readonly timezoneId?: string }

const WIDE = { width: 1440, height: 1000 }

describe.skipIf(!hasBrowser())('the dashboard', () => {
  let seeded: SeededPage
  let browser: Browser
  let complaints: string[] = []
  beforeAll(async () => {
    ;[seeded, browser] = await Promise.all([seededPage(499), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await seeded?.stop()
  })
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([])
  })

  const open = async (
    hash = '#ticker=QQQ',
    { viewport = WIDE, colorScheme = 'light', timezoneId = 'Asia/Tokyo' }: View = {},
  ): Promise<Page> => {
    // Tests run the accessibility checker in the page, which its policy would refuse. The policy itself has tests of its own.
    const context = await openContext(browser, { viewport, colorScheme, timezoneId, bypassCSP: hash.includes('axe') })
    const page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${seeded.url}/${hash}`)
    await page.locator('.chart[data-bars]').waitFor()
    return page
  }
  const bars = (page: Page, count: number) => page.locator(`.chart[data-bars="${count}"]`).waitFor()
  /** The page has drawn what it knew of. */
  const drawn = (page: Page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const legend = (page: Page, name: string): Promise<string> => page.locator(`.legend [data-value="${name}"]`).innerText()

  it('shows the values of the database with every digit, and times of New York in whatever zone', async () => {
    const page = await open()
    await bars(page, 120)
    const { data } = await clientAt(seeded.supabaseUrl, KEYS.publishable)
      .from('chart_bars')
      .select('bar')
      .eq('ticker', 'QQQ')
      .eq('timestamp', new Date(LAST - MINUTE).toISOString())
    const [, openPrice, high, low, close, volume, sma9, vwap, ema12, ema26, macd, signal, histogram, rsi14, upper, middle, lower, atr14] =
      (data?.[0]?.bar ?? []) as readonly number[]
    const stored = { open: openPrice, high, low, close, volume, sma9, vwap, ema12, ema26, macd, rsi14, atr14 }
    for (const [name, value] of Object.entries(stored)) expect([name, await legend(page, name)]).toEqual([name, String(value)])
    expect(await legend(page, 'macdSignal')).toBe(String(signal))
    expect(await legend(page, 'macdHistogram')).toBe(String(histogram))
    expect([await legend(page, 'bbUpper'), await legend(page, 'bbMiddle'), await legend(page, 'bbLower')]).toEqual(
      [upper, middle, lower].map(String),
    )
    expect(await page.locator('.legend-time').innerText()).toContain('11:29')
    await picture(page, 'dashboard-light')
    await page.context().close()
  })

  it('adds a candle and restates one without being read again', async () => {
    const page = await open()
    await bars(page, 120)
    const restated = { at: LAST - MINUTE, open: 7, high: 9.25, low: 6, close: 8.125, volume: 5 }
    const next = { at: LAST, open: 8, high: 9, low: 7, close: 8.0625, volume: 6 }
    await seeded.store.ingest([liveRead('QQQ', TODAY, [restated, next], NOW)], NOW)
    await page.locator('.chart[data-bars="121"]').waitFor()
    expect([await legend(page, 'close'), await legend(page, 'sma9')]).toEqual(['8.0625', '–'])
    await page.locator('.chart').focus()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    await expect.poll(() => page.locator('.legend').getAttribute('data-time')).toBe(String(LAST - MINUTE))
    expect(await legend(page, 'high')).toBe('9.25')
    await page.locator('[role="option"]', { hasText: '8.06' }).first().waitFor()
    await page.context().close()
  })

  it('tells a minute without trade from one that is missing, and draws nothing over either', async () => {
    const page = await open(`#ticker=QQQ&date=${YESTERDAY.date}`)
    await bars(page, 380)
    // The axis is linear in time: the pointer goes about there, and the keys do the rest.
    const at = async (minute: number, session: { readonly opensAt: number }) => {
      const wanted = session.opensAt + minute * MINUTE
      const box = await page.locator('.chart canvas').first().boundingBox()
      if (box === null) throw new Error('the chart is not drawn')
      const shown = async () => Number(await page.locator('.legend').getAttribute('data-time'))
      for (let x = box.x + (box.width * minute) / 390, step = 0; step < 20 && (await shown()) !== wanted; step++) {
        await page.mouse.move(x, box.y + box.height / 2)
        await drawn(page)
        x += (((wanted - (await shown())) / MINUTE) * box.width) / 390
      }
      return [await legend(page, 'gap'), await page.locator('.legend').getAttribute('data-gap'), await legend(page, 'close')]
    }
    expect(await at(104, YESTERDAY)).toEqual(['no trade', 'no-trade', '–'])
    const noTrade = await page.locator('.chart canvas').first().screenshot()
    await page.getByRole('button', { name: 'Newest' }).click()
    await page.locator('.chart-session', { hasText: 'the newest session' }).waitFor()
    expect(await at(140, TODAY)).toEqual(['missing', 'missing', '–'])
    expect(await page.locator('.chart').getAttribute('aria-label')).toMatch(/missing/)
    expect(Buffer.compare(noTrade, await page.locator('.chart canvas').first().screenshot())).not.toBe(0)
    await page.context().close()
  })

  it('goes to other sessions and tickers by the keyboard, and keeps the view in its address', async () => {
    const page = await open()
    await page.keyboard.press('ArrowLeft')
    await bars(page, 380)
    expect(new URL(page.url()).hash).toContain(`date=${YESTERDAY.date}`)
    await page.keyboard.press('ArrowRight')
    await page.locator('.chart-session', { hasText: 'the newest session' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('t042')
    await page.keyboard.press('Enter')
    await bars(page, 1)
    expect(await page.locator('.chart-ticker').innerText()).toBe('T042')
    await page.reload()
    await bars(page, 1)
    expect(await page.locator('.chart-ticker').innerText()).toBe('T042')
    await page.context().close()
  })

  it('opens the session whose cell is clicked in the coverage', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Show all 500' }).click()
    await page.getByRole('gridcell', { name: /^QQQ, .*: complete, 380 candles/ }).click()
    await bars(page, 380)
    await page.context().close()
  })

  it('draws thirty sessions', async () => {
    const page = await open()
    await page.getByRole('button', { name: '30 days' }).click()
    const bars = async () => Number(await page.locator('.chart').getAttribute('data-bars'))
    await expect.poll(bars).toBeGreaterThan(SESSIONS.length * 390 - 300)
    await page.context().close()
  })

  it('lists five hundred tickers', async () => {
    const page = await open()
    await page.locator('[role="option"]').nth(499).waitFor({ state: 'attached' })
    await page.context().close()
  })

  it.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', { width: 390, height: 844 }],
  ] as const)('is usable for everybody: axe finds nothing (%s, %o)', async (colorScheme, viewport) => {
    const page = await open('#ticker=QQQ&panes=macd,rsi&axe', { colorScheme, viewport })
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async () => {
      type Axe = { run: (context: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      const { axe } = globalThis as unknown as { axe: Axe }
      // All lines of the list are made the same way.
      return (await axe.run({ exclude: [['[role="option"]:nth-of-type(n + 20)']] })).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`,
      )
    })
    expect(violations).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0)
    await picture(page, `dashboard-${colorScheme}-${viewport.width}`)
    await page.context().close()
  })

  it('says so while the database does not answer, keeps what it shows, and goes on by itself', async () => {
    const page = await open()
    await bars(page, 121)
    await page.route('**/supabase/**', (route) => route.fulfill({ status: 502, body: 'down' }))
    await page.getByText(/Supabase does not answer since 12:00/).waitFor()
    expect(await page.locator('.banner-detail').innerText()).toContain('Showing data up to 12:00')
    expect(await page.locator('.chart').getAttribute('data-bars')).toBe('121')
    await page.unroute('**/supabase/**')
    await page.getByText(/Supabase does not answer/).waitFor({ state: 'detached' })
    // The browser itself notes each request that failed.
    complaints = complaints.filter((text) => !text.includes('status of 502'))
    await page.context().close()
  })

  it('says why it is empty when the database is', async () => {
    const page = await open()
    await page.route('**/supabase/rest/v1/**', (route) => route.fulfill({ json: [] }))
    await page.goto(`${seeded.url}/?empty`)
    await page.getByText('No ticker yet:').waitFor()
    expect(await page.locator('.banner strong').innerText()).toBe('Nothing has happened yet')
    await page.context().close()
  })
})
