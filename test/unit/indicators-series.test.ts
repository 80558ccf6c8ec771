import { describe, expect, it } from 'vitest'
import { atr } from '../../shared/domain/indicators/atr.ts'
import { bollinger } from '../../shared/domain/indicators/bollinger.ts'
import { crosses } from '../../shared/domain/indicators/cross.ts'
import { macd } from '../../shared/domain/indicators/macd.ts'
import { ema, sma } from '../../shared/domain/indicators/moving-averages.ts'
import { rsi } from '../../shared/domain/indicators/rsi.ts'
import { vwap } from '../../shared/domain/indicators/vwap.ts'

const nulls = (length: number) => Array.from({ length }, () => null)
const bar = (high: number, low: number, close: number, volume = 0) => ({ high, low, close, volume })

describe('sma', () => {
  it('is the mean of the last values, null before there are enough', () => {
    expect(sma([1, 2, 3, 4], 3)).toEqual([null, null, 2, 3])
    expect(sma([1, 2], 3)).toEqual([null, null])
    expect(sma([], 3)).toEqual([])
  })

  it('stays within 1e-10 of a fresh sum over 800 bars at prices of 5,000', () => {
    const prices = Array.from({ length: 800 }, (_, index) => 5000 + 40 * Math.sin(index / 7) + 0.01 * ((index * 7919) % 100))
    const fresh = prices.map((_, index) =>
      index < 8 ? null : prices.slice(index - 8, index + 1).reduce((sum, price) => sum + price, 0) / 9,
    )
    const drift = sma(prices, 9).map((value, index) => Math.abs((value ?? 0) - (fresh[index] ?? 0)))
    expect(Math.max(...drift)).toBeLessThan(1e-10)
  })
})

describe('ema', () => {
  it('starts from the mean of its first values', () => {
    expect(ema([1, 2, 3, 5, 4], 3)).toEqual([null, null, 2, 3.5, 3.75])
    expect(ema([1, 2], 3)).toEqual([null, null])
  })

  it('takes a seed of 0 for a seed', () => {
    expect(ema([1, 0, -1, 2, 3], 3)).toEqual([null, null, 0, 1, 2])
  })
})

describe('macd', () => {
  it('seeds its signal by the mean of the first values of the line', () => {
    const { line, signal, histogram } = macd([3, 4, 6, 9, 7], [null, 3, 4, 5, 7], 3)
    expect(line).toEqual([null, 1, 2, 4, 0])
    expect(signal).toEqual([null, null, null, 7 / 3, 7 / 6])
    expect(histogram).toEqual([null, null, null, 4 - 7 / 3, -7 / 6])
  })

  it('has a signal of 0 while the line is 0', () => {
    expect(macd([5, 5, 5], [5, 5, 5], 2).signal).toEqual([null, 0, 0])
  })
})

describe('rsi', () => {
  it('is 50 where nothing moved', () => {
    expect(rsi([5, 5, 5, 5], 2)).toEqual([null, null, 50, 50])
  })

  it('is 100 where nothing fell and 0 where nothing rose', () => {
    expect(rsi([1, 2, 3], 2)).toEqual([null, null, 100])
    expect(rsi([3, 2, 1], 2)).toEqual([null, null, 0])
  })

  it('weighs the newest change by one part of the period, unrounded', () => {
    const [, , first, second] = rsi([10, 12, 11, 12], 2)
    expect(first).toBeCloseTo(200 / 3, 12)
    expect(second).toBeCloseTo(80, 12)
  })
})

describe('atr', () => {
  it('has its first true range at the second bar, gaps included', () => {
    expect(atr([bar(20, 1, 10), bar(12, 11, 12), bar(10, 9, 9), bar(10, 9, 9)], 2)).toEqual([null, null, 2.5, 1.75])
  })

  it('is 0 while the price stands still', () => {
    expect(atr([bar(5, 5, 5), bar(5, 5, 5), bar(5, 5, 5)], 2)).toEqual([null, null, 0])
  })
})

describe('bollinger', () => {
  it('divides the squares by the period, not by one less', () => {
    expect(bollinger([4, 2, 4], 2, 2)).toMatchObject([null, { upper: 5, middle: 3, lower: 1 }, { upper: 5, middle: 3, lower: 1 }])
  })

  it('closes on the mean while the price stands still', () => {
    expect(bollinger([5, 5], 2, 2)).toMatchObject([null, { upper: 5, middle: 5, lower: 5 }])
  })
})

describe('vwap', () => {
  it('weighs the typical price by the volume since the first bar', () => {
    expect(vwap([bar(12, 6, 9, 100), bar(20, 10, 15, 300)])).toEqual([9, 13.5])
  })

  it('is null until a share has traded and keeps its value through bars without volume', () => {
    expect(vwap([bar(1, 1, 1), bar(9, 9, 9, 5), bar(1, 1, 1)])).toEqual([null, 9, 9])
  })
})

describe('crosses', () => {
  const against = (differences: readonly (number | null)[]) =>
    crosses(
      differences,
      differences.map(() => 0),
    )

  it('marks the bar at which the line changes sides', () => {
    expect(against([-1, 1, 2, -1, -2, 1])).toEqual([0, 1, 0, -1, 0, 1])
  })

  it('does not take the first side for a cross', () => {
    expect(against([...nulls(3), 2, 1])).toEqual([0, 0, 0, 0, 0])
    expect(against([0, 0, 2])).toEqual([0, 0, 0])
  })

  it('keeps the side through ties and bars without a value', () => {
    expect(against([1, 0, 9e-10, -9e-10, 1])).toEqual([0, 0, 0, 0, 0])
    expect(against([1, 0, null, -1])).toEqual([0, 0, 0, -1])
  })

  it('takes a difference of 1e-9 for a side', () => {
    expect(against([1, -1e-9])).toEqual([0, -1])
  })
})
