import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { candleFiles } from '../../local/schwab/candle-files.ts'
import { marketDataDir } from '../market-data.ts'

const OPEN = Date.parse('2026-01-05T14:30:00Z')
const bar = (datetime: number, close = 10.0616) => ({ open: 10, high: 10.5, low: 9.5, close, volume: 100, datetime })

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'candle-files-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

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

  it('take tickers with dashes and underscores, and a dot for the slash of a share class', () => {
    for (const ticker of ['BRK.B', 'BF-B', 'A_B']) write(`${ticker}_2026-01-05_1min.json`, { candles: [bar(OPEN)] })
    expect(candleFiles(dir).tickers).toEqual(['A_B', 'BF-B', 'BRK/B'])
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
    ['text that is not JSON', '{"candles":[', 'is not JSON'],
    ['no candles', { symbol: 'QQQ' }, 'candles: '],
    ['a price that is no number', { candles: [{ ...bar(OPEN), open: '10' }] }, 'candles.0.open: '],
    ['a time that is not a whole minute', { candles: [bar(OPEN + 1)] }, 'candles.0.datetime: '],
    ['a bar of another date', { candles: [bar(OPEN + 86_400_000)] }, 'a bar of 2026-01-06 in the file of 2026-01-05'],
    ['two bars of one minute', { candles: [bar(OPEN), bar(OPEN)] }, 'two bars for 2026-01-05T14:30:00.000Z'],
  ])('name the file and the trouble for %s', (_, content, trouble) => {
    write('QQQ_2026-01-05_1min.json', content)
    expect(() => candleFiles(dir)).toThrow(join(dir, 'QQQ_2026-01-05_1min.json'))
    expect(() => candleFiles(dir)).toThrow(trouble)
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
