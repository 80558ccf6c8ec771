import { describe, expect, it } from 'vitest'
import { type Gap, gapAt, gapsOf, missingMinutes } from '../../dashboard/chart/gaps.ts'
import type { Bar, ChartSession } from '../../dashboard/data/chart-rows.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'

const OPENS_AT = Date.parse('2026-03-03T14:30:00Z')
const LENGTH = 10
const CLOSES_AT = OPENS_AT + LENGTH * MINUTE
const minute = (index: number): number => OPENS_AT + index * MINUTE
const bar = (index: number): Bar => ({ time: minute(index), open: 1, high: 1, low: 1, close: 1, volume: 1 }) as Bar

/** A session of ten minutes with bars in some of them. */
const session = (withBars: readonly number[], rest: Partial<ChartSession> = {}): ChartSession => ({
  ticker: 'QQQ',
  date: '2026-03-03',
  opensAt: OPENS_AT,
  closesAt: CLOSES_AT,
  coveredUntil: undefined,
  candles: withBars.length,
  isComplete: false,
  isRead: false,
  unreadable: [],
  split: undefined,
  previousClose: undefined,
  bars: withBars.map(bar),
  updatedAt: undefined,
  revision: 0,
  ...rest,
})
const read = (gaps: readonly Gap[]): readonly string[] =>
  gaps.map(({ from, to, kind }) => `${(from - OPENS_AT) / MINUTE}–${(to - OPENS_AT) / MINUTE} ${kind}`)
const LONG_AFTER = CLOSES_AT + 24 * HOUR

describe('the gaps of a session', () => {
  it('are not yet proven where the session was read once, and missing where fewer bars are there than were counted', () => {
    expect(read(gapsOf(session([0, 1, 2], { isRead: true, candles: 3 }), LONG_AFTER))).toEqual(['3–10 pending'])
    expect(read(gapsOf(session([0, 1, 2], { isRead: true, candles: 4 }), LONG_AFTER))).toEqual(['3–10 missing'])
  })

  it('are none where every minute has a bar', () => {
    expect(gapsOf(session([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { isComplete: true }), LONG_AFTER)).toEqual([])
  })

  it('run from the first minute without a bar to the end of the last, at the open, within and at the close', () => {
    expect(read(gapsOf(session([2, 3, 6, 8], { isComplete: true }), LONG_AFTER))).toEqual([
      '0–2 no-trade',
      '4–6 no-trade',
      '7–8 no-trade',
      '9–10 no-trade',
    ])
  })

  it('are without trade once the session is proven complete, whatever the clock of the viewer says', () => {
    expect(read(gapsOf(session([0, 2], { isComplete: true }), OPENS_AT - HOUR))).toEqual(['1–2 no-trade', '3–10 no-trade'])
  })

  it('are missing where a complete session has fewer bars than the database has counted', () => {
    expect(read(gapsOf(session([0, 1, 2], { isComplete: true, candles: 4 }), LONG_AFTER))).toEqual(['3–10 missing'])
  })

  it('are not yet proven before the end of what Schwab returned, and missing behind it', () => {
    expect(read(gapsOf(session([0, 1, 4], { coveredUntil: minute(5) }), CLOSES_AT + 30 * MINUTE))).toEqual(['2–4 pending', '5–10 missing'])
  })

  it('are split where the kind changes within a run', () => {
    expect(read(gapsOf(session([0, 5], { coveredUntil: minute(3) }), CLOSES_AT + 30 * MINUTE))).toEqual([
      '1–3 pending',
      '3–5 missing',
      '6–10 missing',
    ])
  })

  it('are missing from the open on where Schwab has returned nothing', () => {
    expect(read(gapsOf(session([]), minute(5) + 1))).toEqual(['0–2 missing'])
  })

  it('do not hold minutes to come, nor one that ended at most three minutes ago', () => {
    const unfinished = session([0, 1], { coveredUntil: minute(2) })
    expect(gapsOf(unfinished, minute(3))).toEqual([])
    expect(gapsOf(unfinished, minute(6))).toEqual([])
    expect(read(gapsOf(unfinished, minute(6) + 1))).toEqual(['2–3 missing'])
    expect(gapsOf(session([1, 2], { coveredUntil: minute(3) }), minute(4))).toEqual([])
    expect(read(gapsOf(session([1, 2], { coveredUntil: minute(3) }), minute(4) + 1))).toEqual(['0–1 pending'])
  })

  it('are missing an hour after the close, unless the session was proven complete', () => {
    const unproven = session([0, 1, 4, 5, 6, 7, 8, 9], { coveredUntil: CLOSES_AT })
    expect(read(gapsOf(unproven, CLOSES_AT + HOUR))).toEqual(['2–4 pending'])
    expect(read(gapsOf(unproven, CLOSES_AT + HOUR + 1))).toEqual(['2–4 missing'])
  })

  it('are counted in minutes where they are missing, and only there', () => {
    expect(missingMinutes(gapsOf(session([0, 1, 4], { coveredUntil: minute(5) }), CLOSES_AT + 30 * MINUTE))).toBe(5)
    expect(missingMinutes(gapsOf(session([0, 2], { isComplete: true }), LONG_AFTER))).toBe(0)
  })

  it('are unreadable where Schwab speaks of the minute, and that counts as nothing missing', () => {
    const gaps = gapsOf(session([0, 1, 4, 5, 6, 7, 8, 9], { isComplete: true, unreadable: [minute(2)] }), LONG_AFTER)
    expect(read(gaps)).toEqual(['2–3 unreadable', '3–4 no-trade'])
    expect(missingMinutes(gaps)).toBe(0)
  })

  it('are found by a minute of theirs, the first and the last included, and no other', () => {
    const gaps = gapsOf(session([0, 1, 4, 5, 6, 7, 8, 9], { isComplete: true }), LONG_AFTER)
    expect([1, 2, 3, 4].map((index) => gapAt(gaps, minute(index))?.kind)).toEqual([undefined, 'no-trade', 'no-trade', undefined])
  })
})
