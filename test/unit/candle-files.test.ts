import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { activeFaults } from '../../local/faults/active-faults.ts'
import { candleFiles } from '../../local/schwab/candle-files.ts'
import type { Fault } from '../../local/schwab/faults/fault.ts'
import { answerPriceHistory } from '../../local/schwab/price-history.ts'
import { newYorkDate, newYorkInstant } from '../../shared/domain/new-york.ts'
import { type Rejection, validateCandles } from '../../shared/domain/validate-candles.ts'
import { casesDir } from '../cases.ts'
import { marketDataDir } from '../market-data.ts'

const OPEN = Date.parse('2026-01-05T14:30:00Z')
const bar = (datetime: number, close = 10.0616) => ({ open: 10, high: 10.5, low: 9.5, close, volume: 100, datetime })

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'candle-files-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Schwab long after, with nothing wrong. */
const clock = (): number => Date.parse('2026-11-01T00:00:00Z')
const SCHWAB = { faults: activeFaults<Fault>({ saved: [], clock, random: Math.random, onChange: () => {} }), clock, random: Math.random }
const SESSION = 390 * 60_000
const historyOf = (symbol: string, opensAt: number): URLSearchParams =>
  new URLSearchParams({ symbol, startDate: `${opensAt}`, endDate: `${opensAt + SESSION}`, needExtendedHoursData: 'false' })
/** What the pipeline says of the answer. */
const rejectionsIn = (body: string, opensAt: number): readonly Rejection[] => {
  const { candles } = z.object({ candles: z.array(z.looseObject({})) }).parse(JSON.parse(body))
  const session = { date: newYorkDate(opensAt), opensAt, closesAt: opensAt + SESSION }
  return validateCandles(candles, { from: opensAt, to: opensAt + SESSION }, [session], Infinity).rejected
}

const write = (name: string, content: unknown): void =>
  writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))

describe('candle files', () => {
  it('give the bars of a half-open range with their exact numbers, sorted', () => {
    write('QQQ_2026-01-05_1min.json', { candles: [bar(OPEN + 120_000), bar(OPEN), bar(OPEN + 60_000, 10.123456789)] })
    const files = candleFiles(dir)
    expect(files.bars('QQQ', OPEN, OPEN + 120_000)).toEqual([
      { at: OPEN, open: 10, high: 10.5, low: 9.5, close: 10.0616, volume: 100 },
      { at: OPEN + 60_000, open: 10, high: 10.5, low: 9.5, close: 10.123456789, volume: 100 },
    ])
  })

  it('have one grammar of tickers with pipeline.yml: a dot for the slash of a share class, the dollar of an index', () => {
    for (const ticker of ['BRK.B', '$SPX', 'QQQ']) write(`${ticker}_2026-01-05_1min.json`, { candles: [bar(OPEN)] })
    expect(candleFiles(dir).tickers).toEqual(['$SPX', 'BRK/B', 'QQQ'])
  })

  it.each([
    ['BRK-B', 'BRK-B: Schwab writes BRK/B, so call the file BRK.B_2026-01-05_1min.json'],
    ['qqq', 'qqq is not in capital letters: write QQQ, so call the file QQQ_2026-01-05_1min.json'],
    ['BAC-PL', 'BAC-PL is not a form of ticker that is known here: look up at Schwab how it writes this symbol'],
    ['A_B', 'A_B is not a ticker'],
  ])('name the file whose ticker Schwab would not write so, and what to call it: %s', (ticker, objection) => {
    const name = `${ticker}_2026-01-05_1min.json`
    write(name, { candles: [bar(OPEN)] })
    expect(() => candleFiles(dir)).toThrow(`${join(dir, name)}: ${objection}`)
  })

  it('are the calendar: a date without a file is closed', () => {
    write('QQQ_2026-01-05_1min.json', { candles: [bar(OPEN)] })
    write('SPY_2026-01-07_1min.json', { candles: [] })
    const files = candleFiles(dir)
    expect(files.dates).toEqual(['2026-01-05', '2026-01-07'])
    expect(files.datesOf('SPY')).toEqual(['2026-01-07'])
    expect(files.sessionOn('2026-01-05')).toEqual({ date: '2026-01-05', opensAt: OPEN, closesAt: OPEN + 390 * 60_000 })
    expect(files.sessionOn('2026-01-06')).toBeUndefined()
  })

  it('leave out other names with a notice', () => {
    write('notes.txt', 'x')
    write('QQQ_2026-02-30_1min.json', { candles: [] })
    expect(candleFiles(dir).notices).toEqual([
      'QQQ_2026-02-30_1min.json is left out: its name is not TICKER_YYYY-MM-DD_1min.json',
      'notes.txt is left out: its name is not TICKER_YYYY-MM-DD_1min.json',
    ])
  })

  it.each([
    ['text that is not JSON', '{"candles":[', 'is not JSON: look at line 1, column 13'],
    ['another encoding', Buffer.from('{"candles":[]}', 'utf16le').toString('latin1'), 'has an encoding that cannot be read'],
    ['no candles', { symbol: 'QQQ' }, 'has no candles'],
    ['candles of another kind', { candles: {} }, 'has an unusable candles'],
    ['a candle that is none', { candles: [bar(OPEN), 7] }, 'has an unusable candle in its candle 2'],
    ['a candle without a time', { candles: [bar(OPEN), { ...bar(OPEN), datetime: null }] }, 'has no datetime in its candle 2'],
    ['a time in microseconds', { candles: [bar(OPEN * 1000)] }, 'has an unusable datetime in its candle 1'],
    [
      'a candle of another date',
      { candles: [bar(OPEN + 86_400_000)] },
      'is of 2026-01-05, and has a candle of Tuesday, January 6, 09:30 New York time, 2026-01-06',
    ],
  ])('name the file and the trouble for %s', (_, content, trouble) => {
    write('QQQ_2026-01-05_1min.json', content)
    expect(() => candleFiles(dir)).toThrow(join(dir, 'QQQ_2026-01-05_1min.json'))
    expect(() => candleFiles(dir)).toThrow(trouble)
  })

  it('tell bars as they stand there: what is wrong with one is found by what reads the answers of Schwab', () => {
    const candles = [bar(OPEN), { datetime: OPEN + 60_000, open: null, high: -1, low: -1, volume: 0 }, { ...bar(OPEN), volume: 7 }]
    write('QQQ_2026-01-05_1min.json', { candles })
    const files = candleFiles(dir)
    const answer = answerPriceHistory({ bars: files, ...SCHWAB }, historyOf('QQQ', OPEN))
    expect(files.bars('QQQ', OPEN, OPEN + 120_000)).toHaveLength(3)
    expect(rejectionsIn(answer.body, OPEN)).toEqual([
      { reason: 'duplicate', at: OPEN },
      { reason: 'not_finite', at: OPEN + 60_000 },
    ])
  })

  it('of before 2000 are played: they are the calendar themselves', () => {
    write('AVP_1998-01-06_1min.json', { candles: [bar(newYorkInstant('1998-01-06', '09:30'))] })
    const files = candleFiles(dir)
    expect(files.dates).toEqual(['1998-01-06'])
    expect(files.sessionOn('1998-01-06')?.closesAt).toBe(newYorkInstant('1998-01-06', '16:00'))
    expect(files.sessionOn('1998-01-07')).toBeUndefined()
  })

  it('say that the folder is missing', () => {
    expect(() => candleFiles(join(dir, 'nowhere'))).toThrow('no folder of candle files')
  })
})

describe.skipIf(marketDataDir() === undefined)('real candle files', () => {
  it('are read as they are, extended hours among them', () => {
    const files = candleFiles(join(marketDataDir() ?? '', 'candles'))
    expect(files.tickers).toEqual(['AAPL', 'MSFT', 'PPLT', 'QQQ', 'SPY'])
    expect(files.notices).toEqual([])
    expect(files.datesOf('SPY')).toHaveLength(11)
    const [first] = files.bars('QQQ', Date.parse('2019-02-11T14:30:00Z'), Date.parse('2019-02-11T14:31:00Z'))
    expect(first).toEqual({ at: 1549895400000, open: 169.19, high: 169.28, low: 169.0616, close: 169.27, volume: 777539 })
  })
})

describe.skipIf(casesDir() === undefined)('the folders of candles that were refused once', () => {
  it.each([
    ['candles-null-minute', 'AAPL', ['not_finite']],
    ['candles-absent-fields', 'SPY', ['not_finite']],
    ['candles-minute-twice', 'NFG', ['duplicate']],
    ['candles-answer-listed-twice', 'NFG', Array.from({ length: 5 }, () => 'duplicate')],
    ['candles-bom', 'AAPL', []],
    ['candles-index-name', '$SPX', []],
    ['candles-1998', 'AVP', []],
  ])('%s is played, and what is wrong with its bars is counted', (name, ticker, reasons) => {
    const files = candleFiles(join(casesDir() ?? '', name))
    expect(files.tickers).toEqual([ticker])
    const [date = ''] = files.dates
    const opensAt = files.sessionOn(date)?.opensAt ?? 0
    const answer = answerPriceHistory({ bars: files, ...SCHWAB }, historyOf(ticker, opensAt))
    expect(rejectionsIn(answer.body, opensAt).map(({ reason }) => reason)).toEqual(reasons)
  })

  it.each([
    ['candles-lower-case-name', 'spy_2024-07-02_1min.json: spy is not in capital letters: write SPY'],
    ['candles-brk-dash-name', 'BRK-B_2024-07-02_1min.json: BRK-B: Schwab writes BRK/B, so call the file BRK.B_2024-07-02_1min.json'],
  ])('%s is refused by the name of its file', (name, says) => {
    expect(() => candleFiles(join(casesDir() ?? '', name))).toThrow(says)
  })
})
