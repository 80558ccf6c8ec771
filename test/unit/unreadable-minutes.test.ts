import { describe, expect, it } from 'vitest'
import type { RawCandle } from '../../shared/domain/validate-candles.ts'
import { validateCandles } from '../../shared/domain/validate-candles.ts'
import { unreadableMinutes } from '../../shared/domain/unreadable-minutes.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bars, monday } from '../contract/store-setup.ts'

const LATER = monday.closesAt + 60 * MINUTE
const window = { from: monday.opensAt, to: monday.closesAt }
const good: readonly RawCandle[] = bars(monday).map(({ at, ...numbers }) => ({ datetime: at, ...numbers }))
const minute = monday.opensAt + 100 * MINUTE
const instead = (change: Record<string, unknown>): readonly RawCandle[] =>
  good.map((bar) => (bar.datetime === minute ? { ...bar, ...change } : bar))
const read = (raw: readonly RawCandle[], now = LATER) =>
  unreadableMinutes(validateCandles(raw, window, [monday], now), window, [monday], now)

describe('the unreadable minutes of an answer', () => {
  it.each([{ open: null, close: null }, { close: 'NaN' }, { low: -1 }, { high: 1, low: 2 }, { volume: -1 }, { datetime: minute + 1000 }])(
    'are those of bars with %j',
    (change) => {
      expect(read(instead(change))).toEqual([minute])
    },
  )

  it('are none where a bar of the minute can be read as well', () => {
    expect(read([...instead({ close: null }), ...good.slice(100, 101)])).toEqual([])
  })

  it('are none outside the sessions, outside the window, or in a minute that has not begun', () => {
    const at = (datetime: number) => ({ datetime, open: null, high: null, low: null, close: null, volume: 1 })
    expect(read([at(monday.opensAt - MINUTE), at(monday.closesAt)])).toEqual([])
    expect(read([at(minute)], minute)).toEqual([])
  })

  it('are none for a bar without a time', () => {
    expect(read(instead({ datetime: null }))).toEqual([])
  })
})
