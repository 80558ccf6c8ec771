import type { Browser, Page } from 'playwright-core'
import { MINUTE } from '../shared/domain/time.ts'
import { liveRead } from '../test/contract/store-setup.ts'
import { LAST, NOW, seededPage, type SeededPage, TODAY } from '../test/browser/seeded-page.ts'
import { median } from './measure/percentile.ts'
import type { Row } from './measure/row.ts'

const OTHERS = 499
const CANDLES = 5

/** What a page with five hundred tickers in its list does while somebody looks at it. */
export const livelyPage = async (browser: Browser): Promise<readonly Row[]> => {
  const seeded = await seededPage(OTHERS)
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
  try {
    await page.goto(`${seeded.url}/#ticker=QQQ`)
    await page.locator('[role="option"]').nth(OTHERS).waitFor({ state: 'attached' })
    await page.locator('.chart[data-bars="120"]').waitFor()
    const common = { benchmark: 'dashboard', unit: 'ms', better: 'less' } as const
    return [
      {
        ...common,
        what: 'from a row in the database to its candle in the chart, median',
        ours: await timeCandles(seeded, page),
        goal: { of: 'ours', is: 'at most', value: 2000 },
      },
      {
        ...common,
        what: `between two frames while ${OTHERS + 1} tickers scroll, 90th percentile`,
        ours: await timeFrames(page),
        goal: { of: 'ours', is: 'at most', value: 200 },
      },
    ]
  } finally {
    await page.close()
    await seeded.stop()
  }
}

/** Milliseconds. The page asks for what is new again and again; nobody reads it a second time. */
const timeCandles = async ({ store }: SeededPage, page: Page): Promise<number> => {
  const times: number[] = []
  for (let count = 1; count <= CANDLES; count++) {
    const candle = { at: LAST + (count - 1) * MINUTE, open: 8, high: 9, low: 7, close: 8.0625, volume: 6 }
    await store.ingest([liveRead('QQQ', TODAY, [candle], NOW)], NOW)
    const storedAt = performance.now()
    await page.locator(`.chart[data-bars="${120 + count}"]`).waitFor()
    times.push(performance.now() - storedAt)
  }
  return median(times)
}

/** In the page, which is JavaScript: the list scrolls by a little in each frame. */
const SCROLL = `new Promise((done) => {
  const list = document.querySelector('[role="listbox"]')
  let last = performance.now()
  const gaps = []
  const step = () => {
    const now = performance.now()
    gaps.push(now - last)
    last = now
    list.scrollBy(0, 200)
    if (gaps.length < 60) requestAnimationFrame(step)
    else done(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.9)])
  }
  requestAnimationFrame(step)
})`

const timeFrames = async (page: Page): Promise<number> => Number(await page.evaluate(SCROLL))
