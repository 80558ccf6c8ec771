import { describe, expect, it } from 'vitest'
import { type RawCandle, type RejectionReason, validateCandles } from '../../shared/domain/validate-candles.ts'
import { MINUTE } from '../../shared/domain/time.ts'

const opensAt = Date.parse('2026-01-15T14:30Z')
const closesAt = Date.parse('2026-01-15T21:00Z')
const session = { date: '2026-01-15', opensAt, closesAt }
const window = { from: opensAt - 60 * MINUTE, to: closesAt + 60 * MINUTE }
const noon = opensAt + 150 * MINUTE
const nextDay = closesAt + 24 * 60 * MINUTE

const sound = { datetime: noon, open: 10, high: 12, low: 9, close: 11, volume: 100 }
const soundCandle = { at: noon, open: 10, high: 12, low: 9, close: 11, volume: 100 }
const validate = (raw: readonly RawCandle[], now = nextDay) => validateCandles(raw, window, [session], now)

const priceMissing: RawCandle = { datetime: noon, open: 10, high: 12, low: 9, volume: 100 }
const dropped: Readonly<Record<string, readonly [RawCandle, RejectionReason]>> = {
  closeMissing: [priceMissing, 'not_finite'],
  closeNull: [{ ...sound, close: null }, 'not_finite'],
  closeNaN: [{ ...sound, close: Number.NaN }, 'not_finite'],
  highInfinite: [{ ...sound, high: Number.POSITIVE_INFINITY }, 'not_finite'],
  openAsText: [{ ...sound, open: '10' }, 'not_finite'],
  volumeMissing: [{ ...sound, volume: undefined }, 'not_finite'],
  lowNegative: [{ ...sound, low: -9 }, 'not_positive'],
  everyPriceZero: [{ ...sound, open: 0, high: 0, low: 0, close: 0 }, 'not_positive'],
  openZero: [{ ...sound, open: 0 }, 'not_positive'],
  volumeNegative: [{ ...sound, volume: -1 }, 'negative_volume'],
  highBelowLow: [{ ...sound, high: 9, low: 12 }, 'high_below_low'],
  halfAMinuteLate: [{ ...sound, datetime: noon + 30_000 }, 'off_the_minute'],
  aFractionLate: [{ ...sound, datetime: noon + 0.5 }, 'off_the_minute'],
  beforeTheWindow: [{ ...sound, datetime: window.from - MINUTE }, 'outside_window'],
  atTheEndOfTheWindow: [{ ...sound, datetime: window.to }, 'outside_window'],
  beforeTheOpening: [{ ...sound, datetime: opensAt - MINUTE }, 'outside_session'],
  atTheClose: [{ ...sound, datetime: closesAt }, 'outside_session'],
}

const kept: Readonly<Record<string, RawCandle>> = {
  sound,
  volumeZero: { ...sound, volume: 0 },
  unchangedPrice: { ...sound, open: 10, high: 10, low: 10, close: 10 },
  openAboveHigh: { ...sound, open: 13 },
  closeBelowLow: { ...sound, close: 8 },
  atTheOpening: { ...sound, datetime: opensAt },
  inTheLastMinute: { ...sound, datetime: closesAt - MINUTE },
}

describe('validateCandles', () => {
  it.each(Object.entries(dropped))('drops the bar %s and says why', (_, [bar, reason]) => {
    expect(validate([sound, bar])).toEqual({ candles: [soundCandle], rejected: [{ reason, at: bar.datetime }] })
  })

  it.each(Object.entries(kept))('keeps the bar %s as it came', (_, bar) => {
    const { datetime: at, ...rest } = bar
    expect(validate([bar])).toEqual({ candles: [{ at, ...rest }], rejected: [] })
  })

  it.each([[{}], [{ ...sound, datetime: '2026' }], [{ ...sound, datetime: null }], [{ ...sound, datetime: Number.NaN }]])(
    'names no time for a bar without one: %j',
    (bar) => {
      expect(validate([bar])).toEqual({ candles: [], rejected: [{ reason: 'not_finite', at: undefined }] })
    },
  )

  it('takes the bounds of the window as half-open', () => {
    const narrow = { from: noon, to: noon + MINUTE }
    const bars = [-1, 0, 1].map((minutes) => ({ ...sound, datetime: noon + minutes * MINUTE }))
    expect(validateCandles(bars, narrow, [session], nextDay).candles).toEqual([soundCandle])
  })

  it('keeps the bar that is being traded and drops one that has not begun', () => {
    expect(validate([sound], noon + 1).candles).toEqual([soundCandle])
    expect(validate([sound], noon)).toEqual({ candles: [], rejected: [{ reason: 'in_the_future', at: noon }] })
  })

  it('keeps bars of any of the sessions and none of the hours between them', () => {
    const tomorrow = { date: '2026-01-16', opensAt: opensAt + 24 * 60 * MINUTE, closesAt: closesAt + 24 * 60 * MINUTE }
    const bars = [noon, closesAt + 10 * MINUTE, tomorrow.opensAt].map((datetime) => ({ ...sound, datetime }))
    const { candles, rejected } = validateCandles(bars, { from: opensAt, to: tomorrow.closesAt }, [session, tomorrow], tomorrow.closesAt)
    expect(candles.map((candle) => candle.at)).toEqual([noon, tomorrow.opensAt])
    expect(rejected).toEqual([{ reason: 'outside_session', at: closesAt + 10 * MINUTE }])
  })

  it('sorts by time and leaves the answer as it was', () => {
    const bars = Object.freeze([2, 0, 1].map((minutes) => ({ ...sound, datetime: noon + minutes * MINUTE })))
    expect(validate(bars).candles.map((candle) => candle.at)).toEqual([noon, noon + MINUTE, noon + 2 * MINUTE])
  })

  it('lets the last of several bars of one minute win and reports each of the others', () => {
    const { candles, rejected } = validate([sound, { ...sound, close: 10.5 }, { ...sound, close: 11.5 }])
    expect(candles).toEqual([{ ...soundCandle, close: 11.5 }])
    expect(rejected).toEqual([
      { reason: 'duplicate', at: noon },
      { reason: 'duplicate', at: noon },
    ])
  })

  it('does not let a broken bar win over a sound one of the same minute', () => {
    expect(validate([sound, { ...sound, close: null }]).candles).toEqual([soundCandle])
  })
})
