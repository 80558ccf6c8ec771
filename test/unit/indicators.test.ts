import { describe, expect, it } from 'vitest'
import type { Candle } from '../../shared/domain/candle.ts'
import { computeIndicators } from '../../shared/domain/indicators.ts'
import { sessionSpans } from '../../shared/domain/indicators/session-spans.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { firstDisagreement, oracleIndicators } from '../indicator-oracle.ts'

describe('computeIndicators', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with the definitions to 1e-9 over full, short and thin sessions (seed %i)', (seed) => {
    const candles = market(seed, [390, 210, 40, 390, 40, 40, 210, 390])
    expect(firstDisagreement(computeIndicators(candles, -Infinity), oracleIndicators(candles))).toBeUndefined()
  })

  it('agrees with the definitions at prices of 5,000 and volumes of a hundred million', () => {
    const candles = market(7, [390, 390, 390], { price: 5000, volume: 1e8 })
    expect(firstDisagreement(computeIndicators(candles, -Infinity), oracleIndicators(candles))).toBeUndefined()
  })

  it('gives the same rows to the last bit wherever a batch begins', () => {
    const candles = market(8, [210, 390, 40, 390, 210, 40, 390])
    const all = computeIndicators(candles, -Infinity)
    for (const { anchor, open, end } of sessionSpans(candles)) {
      for (const bar of [open, open + 1, Math.floor((open + end) / 2), end - 1]) {
        const from = candles[bar]?.at ?? NaN
        expect(computeIndicators(candles.slice(anchor), from)).toEqual(all.slice(bar))
      }
    }
  })

  it('gives the same rows to the last bit whatever bars are still to come', () => {
    const candles = market(9, [390, 210, 390])
    const all = computeIndicators(candles, -Infinity)
    for (const length of [1, 9, 200, 391, 700, candles.length - 1]) {
      expect(computeIndicators(candles.slice(0, length), -Infinity)).toEqual(all.slice(0, length))
    }
  })

  it('returns a row for each bar at or after `from`, also where `from` lies between bars', () => {
    const candles = market(10, [40, 40])
    const [at] = candles.slice(50).map((candle) => candle.at)
    expect(computeIndicators(candles, at! - 1).map((row) => row.at)).toEqual(candles.slice(50).map((candle) => candle.at))
    expect(computeIndicators(candles, at! + 30 * 24 * 60 * MINUTE)).toEqual([])
    expect(computeIndicators([], 0)).toEqual([])
  })

  it('depends on nothing before the anchor', () => {
    const candles = market(11, [390, 390, 390])
    const last = sessionSpans(candles).at(-1)!
    const altered = candles.map((candle, index) =>
      index < last.anchor ? { ...candle, close: candle.close * 2, high: candle.high * 2 } : candle,
    )
    const from = candles[last.open]!.at
    expect(computeIndicators(altered, from)).toEqual(computeIndicators(candles, from))
  })

  it('leaves null what is still warming up, and only that', () => {
    const rows = computeIndicators(flatSession(36), -Infinity)
    const firstBar = (field: keyof (typeof rows)[number]) => rows.findIndex((row) => row[field] !== null)
    expect({
      sma9: firstBar('sma9'),
      vwap: firstBar('vwap'),
      ema12: firstBar('ema12'),
      ema26: firstBar('ema26'),
      macd: firstBar('macd'),
      macdSignal: firstBar('macdSignal'),
      macdHistogram: firstBar('macdHistogram'),
      rsi14: firstBar('rsi14'),
      bbUpper: firstBar('bbUpper'),
      bbMiddle: firstBar('bbMiddle'),
      bbLower: firstBar('bbLower'),
      atr14: firstBar('atr14'),
    }).toEqual({
      sma9: 8,
      vwap: 0,
      ema12: 11,
      ema26: 25,
      macd: 25,
      macdSignal: 33,
      macdHistogram: 33,
      rsi14: 14,
      bbUpper: 19,
      bbMiddle: 19,
      bbLower: 19,
      atr14: 14,
    })
  })

  it('has a value for everything while the price stands still', () => {
    const row = computeIndicators(flatSession(60), -Infinity).at(-1)
    expect(row).toMatchObject({
      sma9: 100,
      vwap: 100,
      macd: 0,
      macdSignal: 0,
      macdHistogram: 0,
      rsi14: 50,
      bbUpper: 100,
      bbLower: 100,
      atr14: 0,
      cross: 0,
    })
  })

  it('carries SMA9 over the night but starts VWAP and crosses anew', () => {
    const yesterday = session(
      0,
      Array.from({ length: 20 }, () => 100),
    )
    const today = session(1, [101, 90, 90])
    const [first, second] = computeIndicators([...yesterday, ...today], today[0]!.at)
    expect(first).toMatchObject({ sma9: 901 / 9, vwap: 101, cross: 0 })
    expect(second).toMatchObject({ sma9: 891 / 9, vwap: 95.5, cross: 1 })
  })
})

describe('sessionSpans', () => {
  const anchors = (lengths: readonly number[]) =>
    sessionSpans(
      lengths.flatMap((length, day) =>
        session(
          day,
          Array.from({ length }, () => 100),
        ),
      ),
    ).map(({ anchor, open, end }) => [anchor, open, end])

  it('anchors a session at the latest one that leaves 300 bars before its open', () => {
    expect(anchors([390, 390, 390])).toEqual([
      [0, 0, 390],
      [0, 390, 780],
      [390, 780, 1170],
    ])
    expect(anchors([100, 100, 100, 100, 100])).toEqual([
      [0, 0, 100],
      [0, 100, 200],
      [0, 200, 300],
      [0, 300, 400],
      [100, 400, 500],
    ])
  })

  it('reaches one session further back where one bar is missing', () => {
    expect(anchors([50, 299, 10])).toEqual([
      [0, 0, 50],
      [0, 50, 349],
      [0, 349, 359],
    ])
    expect(anchors([50, 300, 10])).toEqual([
      [0, 0, 50],
      [0, 50, 350],
      [50, 350, 360],
    ])
  })

  it('tells sessions apart by the date in New York, in winter and in summer time', () => {
    const friday = candle(Date.parse('2026-03-06T20:59:00Z'), 100)
    const monday = candle(Date.parse('2026-03-09T13:30:00Z'), 100)
    expect(sessionSpans([friday, monday]).map(({ open }) => open)).toEqual([0, 1])
  })
})

const FIRST_OPEN = Date.parse('2026-03-04T14:30:00Z')
const DAY = 24 * 60 * MINUTE

const candle = (at: number, price: number): Candle => ({ at, open: price, high: price, low: price, close: price, volume: 100 })
const session = (day: number, prices: readonly number[]): Candle[] =>
  prices.map((price, minute) => candle(FIRST_OPEN + day * DAY + minute * MINUTE, price))
const flatSession = (length: number) =>
  session(
    0,
    Array.from({ length }, () => 100),
  )

/** Sessions of so many bars in the week the clocks change: with gaps, stretches in which the price stands still, bars and openings without volume. */
const market = (seed: number, lengths: readonly number[], { price = 60, volume = 1e6 } = {}): readonly Candle[] => {
  const random = seeded(seed)
  let last = price
  return lengths.flatMap((length, day) => {
    let at = FIRST_OPEN + day * DAY
    let still = 0
    const silentOpening = random() < 0.3 ? 5 : 0
    return Array.from({ length }, (_, index) => {
      at += MINUTE * (length < 100 && random() < 0.2 ? 1 + Math.floor(random() * 8) : 1)
      if (random() < 0.02) still = Math.floor(random() * 40)
      still -= 1
      const open = last
      const cents = random() < 0.8
      const move = (n: number) => (cents ? Math.round(n * 100) / 100 : n)
      const close = still > 0 ? open : move(open * (1 + (random() - 0.5) * 0.004))
      last = close
      return {
        at,
        open,
        close,
        high: still > 0 ? close : Math.max(open, close) * (1 + random() * 0.001),
        low: still > 0 ? close : Math.min(open, close) * (1 - random() * 0.001),
        volume: index < silentOpening || random() < 0.05 ? 0 : Math.floor(random() * volume),
      }
    })
  })
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruential generator modulo 2^32. */
const seeded = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
