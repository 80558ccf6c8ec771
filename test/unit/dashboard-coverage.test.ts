import { describe, expect, it } from 'vitest'
import { placeAfterKey } from '../../dashboard/coverage/cell-keys.ts'
import { cellState } from '../../dashboard/coverage/cell-state.ts'
import { cellMark, cellText } from '../../dashboard/coverage/cell-text.ts'
import { coverageSummary, urgentRows } from '../../dashboard/coverage/coverage-summary.ts'
import { coverageTable, weekdaysOf } from '../../dashboard/coverage/coverage-table.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'

const session = (date: string) => ({ date, opensAt: Date.parse(`${date}T14:30:00Z`), closesAt: Date.parse(`${date}T21:00:00Z`) })
const tuesday = session('2019-02-12')
const { opensAt, closesAt } = tuesday
const cell = (candles: number, coveredUntil: number | undefined, isComplete = false) => ({
  ticker: 'QQQ',
  candles,
  isComplete,
  isRead: false,
  unreadable: 0,
  coveredUntil,
})
const state = (now: number, ...stored: Parameters<typeof cell>) => cellState(tuesday, cell(...stored), now)

describe('a cell of the coverage', () => {
  it('is complete when the audit says so, whatever the count', () => {
    expect(state(closesAt + 2 * HOUR, 371, closesAt - MINUTE, true)).toEqual({ kind: 'complete', candles: 371, missing: 0 })
  })

  it('is open while its session runs and the newest candles are under way', () => {
    const now = opensAt + HOUR
    expect(state(now + 30_000, 55, now - 5 * MINUTE)).toEqual({ kind: 'open', candles: 55, missing: 5 })
    expect(state(now, 54, now - 6 * MINUTE)).toEqual({ kind: 'partial', candles: 54, missing: 6 })
  })

  it('is open for longer with the allowance of simulated time', () => {
    const now = opensAt + HOUR
    expect(cellState(tuesday, cell(54, now - 6 * MINUTE), now, MINUTE).kind).toBe('open')
  })

  it('is open in its first minutes, and missing when none has come after them', () => {
    expect(state(opensAt + 5 * MINUTE, 0, undefined).kind).toBe('open')
    expect(state(opensAt + 6 * MINUTE, 0, undefined)).toEqual({ kind: 'missing', candles: 0, missing: 6 })
  })

  it('does not count from before its open', () => {
    expect(state(opensAt + 7 * MINUTE, 0, opensAt - HOUR).missing).toBe(7)
  })

  it('waits for its audit once it is covered to its close', () => {
    expect(state(closesAt + 20 * MINUTE, 390, closesAt)).toEqual({ kind: 'waiting', candles: 390, missing: 0 })
  })

  it('lets the last candles arrive, then misses them', () => {
    expect(state(closesAt + 4 * MINUTE, 388, closesAt - 2 * MINUTE).kind).toBe('waiting')
    expect(state(closesAt + 5 * MINUTE, 388, closesAt - 2 * MINUTE)).toEqual({ kind: 'partial', candles: 388, missing: 2 })
  })

  it('counts holes only an hour after the close', () => {
    expect(state(closesAt + HOUR, 380, closesAt).kind).toBe('waiting')
    expect(state(closesAt + HOUR + 1, 380, closesAt)).toEqual({ kind: 'partial', candles: 380, missing: 10 })
  })

  it('counts what is behind the watermark where that is more', () => {
    expect(state(closesAt + 2 * HOUR, 391, closesAt - 3 * MINUTE).missing).toBe(3)
  })

  it('waits for its second reading where a first one has found fewer candles than minutes', () => {
    const read = { ...cell(300, closesAt - 5 * MINUTE), isRead: true }
    expect(cellState(tuesday, read, closesAt + 2 * HOUR)).toEqual({ kind: 'waiting', candles: 300, missing: 0 })
  })

  it('is missing where the database has no line of it, and ahead before its open', () => {
    expect(cellState(tuesday, undefined, closesAt + HOUR)).toEqual({ kind: 'missing', candles: 0, missing: 390 })
    expect(cellState(tuesday, undefined, opensAt - 1).kind).toBe('ahead')
  })

  it('is read by its mark and its words', () => {
    const partial = { kind: 'partial', candles: 1, missing: 37 } as const
    expect([cellMark(partial), cellText(partial)]).toEqual(['37', 'partial, 37 minutes missing, 1 candle'])
    expect(cellText({ kind: 'complete', candles: 390, missing: 0 })).toBe('complete, 390 candles')
  })
})

describe('the table of the coverage', () => {
  const sessions = ['2019-02-14', '2019-02-15', '2019-02-19'].map(session)
  const schedule = { tickers: ['QQQ', 'SPY', 'DIA', 'IWM'], sessions, nextOpensAt: undefined, cadenceMinutes: 1 }
  const now = session('2019-02-19').opensAt + HOUR
  const stored = (ticker: string, candles: number, coveredUntil: number, isComplete: boolean) => ({
    ticker,
    candles,
    coveredUntil,
    isComplete,
    isRead: false,
    unreadable: 0,
  })
  const full = (ticker: string, date: string) => stored(ticker, 390, session(date).closesAt, true)
  const days = [
    { date: '2019-02-14', cells: ['QQQ', 'SPY', 'DIA'].map((ticker) => full(ticker, '2019-02-14')) },
    {
      date: '2019-02-15',
      cells: [full('QQQ', '2019-02-15'), stored('SPY', 380, session('2019-02-15').closesAt, false), full('DIA', '2019-02-15')],
    },
    { date: '2019-02-19', cells: ['QQQ', 'SPY', 'DIA', 'IWM'].map((ticker) => stored(ticker, 60, now, false)) },
  ]
  const table = coverageTable({ days, schedule, now })

  it('has the weekdays of the horizon for columns, holidays too, weekends not', () => {
    expect(weekdaysOf(sessions)).toEqual(['2019-02-14', '2019-02-15', '2019-02-18', '2019-02-19'])
    expect(weekdaysOf([])).toEqual([])
    expect(weekdaysOf([session('2019-02-16')])).toEqual(['2019-02-16'])
  })

  it('has a row for each ticker of the schedule', () => {
    expect(table.rows.map(({ ticker, states }) => [ticker, ...states.map(({ kind }) => kind)])).toEqual([
      ['QQQ', 'complete', 'complete', 'closed', 'open'],
      ['SPY', 'complete', 'partial', 'closed', 'open'],
      ['DIA', 'complete', 'complete', 'closed', 'open'],
      ['IWM', 'missing', 'missing', 'closed', 'open'],
    ])
  })

  it('is summed up in a sentence', () => {
    expect(coverageSummary(table)).toBe('3 sessions × 4 tickers: 5 complete, 4 open, 1 partial, 0 to be audited, 2 missing')
  })

  it('shows missing rows first, then partial ones, then in the order of the pipeline', () => {
    expect(urgentRows(table.rows, 3).map(({ ticker }) => ticker)).toEqual(['IWM', 'SPY', 'QQQ'])
  })
})

describe('a key in the table of the coverage', () => {
  const from = { row: 1, column: 2 }
  const to = (key: string, withControl = false) => {
    const place = placeAfterKey(key, withControl, from, 3, 4)
    return place && [place.row, place.column]
  }

  it('moves by one cell', () => {
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => to(key))).toEqual([
      [1, 1],
      [1, 3],
      [0, 2],
      [2, 2],
    ])
  })

  it('jumps within the row, with Control to the corners', () => {
    expect([to('Home'), to('End'), to('Home', true), to('End', true)]).toEqual([
      [1, 0],
      [1, 3],
      [0, 0],
      [2, 3],
    ])
  })

  it('stays within the table, and leaves other keys alone', () => {
    expect([to('PageUp'), to('PageDown'), to('a')]).toEqual([[0, 2], [2, 2], undefined])
  })
})
