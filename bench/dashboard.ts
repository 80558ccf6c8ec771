/** The dashboard: how long until the first chart is there, when a year is stored and when two sessions are. */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { MINUTE } from '../shared/domain/time.ts'
import { hasBrowser, openBrowser } from '../test/browser/open-browser.ts'
import { servePage } from '../test/browser/page-server.ts'
import type { BenchContext, Benchmark } from './benchmark.ts'
import { livelyPage } from './lively-page.ts'
import { median } from './measure/percentile.ts'
import { BENCH_KEYS, makeDatabase, openSupabase } from './stack/database.ts'
import { sessionOn, tickersOf } from './stack/market.ts'
import { sessionsBefore, storeYear, type Execute } from './stack/year.ts'

/** More do not fit into PGlite in the time. The page reads of one ticker at a time, and a line for each in its list. */
const TICKERS = tickersOf(10)
const TODAY = sessionOn('2026-05-12')
const NOON = TODAY.opensAt + 195 * MINUTE
const YEAR = 250
const VISITS = 7

export const dashboard: Benchmark = async (context) => {
  if (!hasBrowser()) {
    context.say('dashboard: no browser on this machine')
    return []
  }
  const browser = await openBrowser()
  try {
    const few = await onDatabase(context, browser, 2)
    const year = await onDatabase(context, browser, YEAR)
    const common = { benchmark: 'dashboard', unit: 'ms', better: 'less' } as const
    const goal = { of: 'ours', is: 'at most', value: 1500 } as const
    return [
      {
        ...common,
        what: `a year of ${TICKERS.length} tickers: navigation to first chart, median`,
        ours: year.first,
        other: few.first,
        against: 'two sessions stored',
        goal,
      },
      {
        ...common,
        what: 'a year stored: thirty sessions instead of one',
        ours: year.thirty,
      },
      ...(await livelyPage(browser)),
    ]
  } finally {
    await browser.close()
  }
}

type Times = { readonly first: number; readonly thirty: number }

const onDatabase = async ({ dir, shared, say }: BenchContext, browser: Browser, sessions: number): Promise<Times> => {
  say(`dashboard: ${sessions} sessions of ${TICKERS.length} tickers stored`)
  const data = join(dir, `sessions-${sessions}`)
  await makeDatabase(shared, data, async (db) => {
    const execute: Execute = (sql, values = []) => db.query(sql, [...values])
    await storeYear([execute, execute], { tickers: TICKERS, past: sessionsBefore(TODAY, sessions), open: TODAY, until: NOON })
    await db.query(COVERAGE)
  })
  const supabase = await openSupabase(data)
  const page = await servePage(supabase.url, BENCH_KEYS.publishable, NOON)
  try {
    const visits: Times[] = []
    for (let visit = 0; visit < VISITS; visit++) visits.push(await timeVisit(browser, page.url))
    return { first: median(visits.map(({ first }) => first)), thirty: median(visits.map(({ thirty }) => thirty)) }
  } finally {
    page.stop()
    await supabase.stop()
  }
}

/** A browser that has never seen the page. Milliseconds. */
const timeVisit = async (browser: Browser, url: string): Promise<Times> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } })
  try {
    const page = await context.newPage()
    await page.goto(`${url}/#ticker=${TICKERS[0]}`)
    await page.locator('.chart[data-bars="195"]').waitFor()
    const first = await page.evaluate('performance.now()')
    const before = performance.now()
    await page.getByRole('button', { name: '30 days' }).click()
    await page.locator('.chart:not([data-bars="195"])').waitFor()
    return { first: Number(first), thirty: performance.now() - before }
  } finally {
    await context.close()
  }
}

/** What the scheduler and the writer would have noted of the sessions. */
const COVERAGE = `
  insert into public.session_coverage (ticker, session_date, opens_at, closes_at, covered_until, candles)
  select ticker, day, (day + time '09:30') at time zone 'America/New_York', (day + time '16:00') at time zone 'America/New_York', last, count
  from (
    select ticker, ("timestamp" at time zone 'America/New_York')::date as day, max("timestamp") + interval '1 minute' as last, count(*) as count
    from public.equity_data group by 1, 2
  ) stored`
