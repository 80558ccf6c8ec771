import { describe, expect, it } from 'vitest'
import { freshnessOf } from '../../dashboard/tickers/freshness.ts'
import { sparklinePath } from '../../dashboard/tickers/sparkline-path.ts'
import { tickerAfterKey } from '../../dashboard/tickers/ticker-keys.ts'

const opensAt = Date.parse('2019-02-12T14:30:00Z')
const now = Date.parse('2019-02-12T15:42:00Z')
const covered = (secondsAgo: number, over: object = {}) =>
  freshnessOf({ coveredUntil: now - secondsAgo * 1000, opensAt, now, inSession: true, allowance: 0, ...over })

describe('the freshness of a ticker', () => {
  it('is good up to 90 seconds, late up to five minutes, stale beyond', () => {
    expect([0, 90, 91, 300, 301, 7200].map((age) => covered(age).level)).toEqual(['good', 'good', 'late', 'late', 'stale', 'stale'])
  })

  it('is more patient by the allowance of simulated time', () => {
    expect([120, 121, 330, 331].map((age) => covered(age, { allowance: 30_000 }).level)).toEqual(['good', 'late', 'late', 'stale'])
  })

  it('is none while the market is closed, however old the candle', () => {
    expect(covered(90_000, { inSession: false })).toEqual({ level: 'closed', text: 'closed' })
  })

  it('counts from the open until the first candle of the day has come', () => {
    const yesterday = opensAt - 17.5 * 3_600_000
    const at = (seconds: number) => covered(0, { coveredUntil: yesterday, now: opensAt + seconds * 1000 }).level
    expect([30, 90, 91, 301].map(at)).toEqual(['good', 'good', 'late', 'stale'])
    expect(covered(0, { coveredUntil: undefined, now: opensAt + 10_000 })).toEqual({ level: 'good', text: 'no candle' })
  })

  it('says the age in steps of ten seconds, then minutes, then hours', () => {
    expect([3, 10, 47, 60, 719, 7199].map((age) => covered(age).text)).toEqual(['now', '10 s', '40 s', '1 min', '11 min', '1 h'])
  })
})

describe('a sparkline', () => {
  const line = (points: readonly (readonly [number, number])[]) =>
    sparklinePath({ ticker: 'QQQ', opensAt: 0, closesAt: 100, points }, 50, 20)

  it('spans the session in width and its prices in height, dear above cheap', () => {
    expect(
      line([
        [0, 10],
        [50, 20],
        [100, 15],
      ]),
    ).toBe('M0.0 20.0L25.0 0.0L50.0 10.0')
  })

  it('leaves the rest of an open session empty', () => {
    expect(
      line([
        [0, 10],
        [40, 11],
      ]),
    ).toBe('M0.0 20.0L20.0 0.0')
  })

  it('lies in the middle when no price moved, and is empty without one', () => {
    expect(
      line([
        [0, 10],
        [100, 10],
      ]),
    ).toBe('M0.0 10.0L50.0 10.0')
    expect(line([])).toBe('')
  })
})

describe('a key in the list of tickers', () => {
  const tickers = ['A', 'B', 'C']

  it('moves by one and stops at the ends', () => {
    expect(tickerAfterKey('ArrowDown', tickers, 'A')).toBe('B')
    expect(tickerAfterKey('ArrowDown', tickers, 'C')).toBe('C')
    expect(tickerAfterKey('ArrowUp', tickers, 'A')).toBe('A')
  })

  it('jumps to the ends and by pages', () => {
    expect(['Home', 'End', 'PageDown', 'PageUp'].map((key) => tickerAfterKey(key, tickers, 'B'))).toEqual(['A', 'C', 'C', 'A'])
  })

  it('begins at an end where none is active', () => {
    expect([tickerAfterKey('ArrowDown', tickers, undefined), tickerAfterKey('ArrowUp', tickers, undefined)]).toEqual(['A', 'C'])
  })

  it('leads nowhere in an empty list, and if it is another key', () => {
    expect([tickerAfterKey('ArrowDown', [], undefined), tickerAfterKey('x', tickers, 'A')]).toEqual([undefined, undefined])
  })
})
