import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatedMarket } from '../../local/schwab/generated-market.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { newYorkDate } from '../../shared/domain/new-york.ts'
import { exportAll, exportMistake, lastLine, runNode, startArgs, storedSoFar, writeCandleFile } from '../replay.ts'

/** A short session, and two tickers of which one trades seldom. Long closed spans between sessions: npm run test:replay. */
const DATE = '2019-11-29'
const TICKERS = ['QQQ', 'THIN']

const calendar = marketCalendar()
const isRegular = ({ at }: Candle): boolean => {
  const session = calendar.sessionOn(newYorkDate(at))
  return session !== undefined && at >= session.opensAt && at < session.closesAt
}

let dir: string
let candles: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'alpha-kite-flow-'))
  candles = join(dir, 'candles')
  const market = generatedMarket({ seed: 3, tickers: TICKERS, calendar })
  const session = calendar.sessionOn(DATE)
  for (const ticker of TICKERS) {
    const bars = market.bars(ticker, (session?.opensAt ?? 0) - 3_600_000, (session?.closesAt ?? 0) + 3_600_000)
    const kept = ticker === 'THIN' ? bars.filter((_bar, index) => index % 17 < 3) : bars
    writeCandleFile(candles, ticker, DATE, kept)
  }
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const args = (name: string, from: string, ...rest: readonly string[]) =>
  startArgs(join(dir, name), '--candles', from, '--once', '--speed', 'max', ...rest)

describe('the pipeline on recorded candles', () => {
  // Each by itself, and plainly: npm run test:replay. Plain runs of other days: the scripts of faults, before their first fault.
  it('stores every candle once and the right indicators, though it is killed and each message comes twice and shuffled, and proves it', async () => {
    const unkind = args('unkind', candles, '--deliveries', '2', '--seed', '5')
    for (const stored of [20, 60]) {
      const { code, stderr } = await runNode(unkind, { killWhen: () => storedSoFar(join(dir, 'unkind')) >= stored })
      expect({ code, stderr }).toEqual({ code: null, stderr: '' })
    }
    const ended = await runNode(unkind)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const summary = lastLine(ended)
    expect(summary).toMatchObject({
      tickers: 2,
      sessions: TICKERS.length,
      missing: 0,
      duplicates: 0,
      complete: TICKERS.length,
      outages: 0,
    })
    expect(Object.keys(Object(summary))).toEqual(
      [
        'tickers,sessions,expected,candles,missing,unreadable,suspect,splits,duplicates,rejected,indicators,requests,maxRequestsPerMinute',
        'jobs,complete,maxLagMinutes,outages,reauthRequired,reminders,warnings,parked,deadLettered,folded,redriven,sentNotDeleted',
        'refreshes,secretVersions,callsWhileDead,setAside,feedRestored,seconds',
      ].flatMap((fields) => fields.split(',')),
    )
    expect(exportMistake(await exportAll(join(dir, 'unkind')), candles, isRegular)).toBeUndefined()
  })
})

describe('the day of the flow test', () => {
  it('closes early, so that the test is short', () => {
    const { opensAt = 0, closesAt = 0 } = calendar.sessionOn(DATE) ?? {}
    expect((closesAt - opensAt) / 60_000).toBe(210)
  })
})
