import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatedMarket } from '../../local/schwab/generated-market.ts'
import { seededRandom } from '../../local/schwab/seeded-random.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { newYorkDate } from '../../shared/domain/new-york.ts'
import { exportAll, exportMistake, lastLine, runNode, startArgs, writeCandleFile } from '../replay.ts'

/** Two short sessions far apart, each of a ticker that has no file for the other. */
const DATES = ['2019-11-29', '2019-12-24']
const FILES = [
  ['QQQ', '2019-11-29'],
  ['THIN', '2019-12-24'],
] as const

const calendar = marketCalendar()
const isRegular = ({ at }: Candle): boolean => {
  const session = calendar.sessionOn(newYorkDate(at))
  return session !== undefined && at >= session.opensAt && at < session.closesAt
}

let dir: string
let candles: string
/** The first day alone, for what takes longer. */
let firstDay: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'alpha-kite-flow-'))
  candles = join(dir, 'candles')
  firstDay = join(dir, 'first-day')
  const market = generatedMarket({ seed: 3, tickers: ['QQQ', 'THIN'], calendar })
  for (const [ticker, date] of FILES) {
    const session = calendar.sessionOn(date)
    const bars = market.bars(ticker, (session?.opensAt ?? 0) - 3_600_000, (session?.closesAt ?? 0) + 3_600_000)
    const kept = ticker === 'THIN' ? bars.filter((_bar, index) => index % 17 < 3) : bars
    writeCandleFile(candles, ticker, date, kept)
    if (date === DATES[0]) writeCandleFile(firstDay, ticker, date, kept)
  }
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const args = (name: string, from: string, ...rest: readonly string[]) =>
  startArgs(join(dir, name), '--candles', from, '--once', '--speed', 'max', ...rest)

describe('the pipeline on recorded candles', () => {
  it('stores every candle and the right indicators, and proves it', { timeout: 120_000 }, async () => {
    const ended = await runNode(args('plain', candles))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const summary = lastLine(ended)
    expect(summary).toMatchObject({
      tickers: 2,
      sessions: FILES.length,
      missing: 0,
      duplicates: 0,
      rejected: 0,
      complete: FILES.length,
      outages: 0,
    })
    expect(Object.keys(Object(summary))).toEqual(
      'tickers,sessions,expected,candles,missing,duplicates,rejected,indicators,requests,maxRequestsPerMinute,jobs,complete,'
        .concat(
          'outages,reauthRequired,reminders,warnings,parked,folded,redriven,sentNotDeleted,refreshes,callsWhileDead,feedRestored,seconds',
        )
        .split(','),
    )
    expect(exportMistake(await exportAll(join(dir, 'plain')), candles, isRegular)).toBeUndefined()
  })

  // Each by itself, on recorded candles: npm run test:replay.
  it('stores the same when it is killed again and again and every message comes twice and shuffled', { timeout: 240_000 }, async () => {
    const random = seededRandom(Date.now() % 1000)
    const unkind = args('unkind', firstDay, '--deliveries', '2', '--seed', '5')
    let killed = 0
    for (let kill = 0; kill < 3; kill++) {
      const { code } = await runNode(unkind, { killAfterMs: 4_000 + random() * 3_000 })
      if (code === null) killed++
    }
    expect(killed).toBeGreaterThan(0)
    expect(await runNode(unkind)).toMatchObject({ code: 0, stderr: '' })
    expect(exportMistake(await exportAll(join(dir, 'unkind')), firstDay, isRegular)).toBeUndefined()
  })
})

describe('the days of the flow test', () => {
  it('close early, so that the test is short', () => {
    expect(
      DATES.map((date) => calendar.sessionOn(date)).map((session) => ((session?.closesAt ?? 0) - (session?.opensAt ?? 0)) / 60_000),
    ).toEqual([210, 210])
  })
})
