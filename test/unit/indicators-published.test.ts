import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Candle } from '../../shared/domain/candle.ts'
import { computeIndicators } from '../../shared/domain/indicators.ts'
import { atr } from '../../shared/domain/indicators/atr.ts'
import { bollinger } from '../../shared/domain/indicators/bollinger.ts'
import { ema, sma } from '../../shared/domain/indicators/moving-averages.ts'
import { rsi } from '../../shared/domain/indicators/rsi.ts'
import type { Series } from '../../shared/domain/indicators/series.ts'
import { vwap } from '../../shared/domain/indicators/vwap.ts'
import { firstDisagreement, oracleIndicators } from '../indicator-oracle.ts'
import { marketDataDir } from '../market-data.ts'

const dir = marketDataDir()

describe.skipIf(dir === undefined)('indicators of real sessions', () => {
  it.each(['QQQ_2019-02-11', 'SPY_2013-10-07', 'PPLT_2019-02-12'])(
    '%s: SMA9, VWAP and crosses are those computed in exact rationals',
    (name) => {
      const golden = csv(`golden/${name}_rth_golden.csv`)
      const minutes = new Set(golden.map((row) => number(row, 'datetime_ms')))
      const rows = computeIndicators(
        candlesOf(name).filter((candle) => minutes.has(candle.at)),
        -Infinity,
      )
      expect(rows.map((row) => row.at)).toEqual([...minutes])
      let side = 0
      for (const [index, exact] of golden.entries()) {
        const row = rows[index]
        expect(Math.abs((row?.vwap ?? NaN) - number(exact, 'vwap_typical_exact12'))).toBeLessThan(1e-10)
        if (number(exact, 'window_len') < 9) {
          expect(row).toMatchObject({ sma9: null, cross: 0 })
          continue
        }
        expect(Math.abs((row?.sma9 ?? NaN) - number(exact, 'sma9_exact12'))).toBeLessThan(1e-10)
        const now = Math.sign(number(exact, 'sma9_exact12') - number(exact, 'vwap_typical_exact12'))
        expect(row?.cross).toBe(side === 0 || now === side ? 0 : now)
        side = now
      }
    },
  )

  it.each(['PPLT', 'AAPL'])('%s: five sessions in a row agree with the definitions', (ticker) => {
    const candles = [11, 12, 13, 14, 15].flatMap((day) => candlesOf(`${ticker}_2019-02-${day}`))
    expect(firstDisagreement(computeIndicators(candles, -Infinity), oracleIndicators(candles))).toBeUndefined()
  })
})

describe.skipIf(dir === undefined)('published indicator values', () => {
  it("are TA-Lib's for SMA, EMA seeded by a mean, and RSI, as far as its 2 decimals go", () => {
    const { close, expected_index_value_begIdx: expected } = TaLib.parse(json('golden/talib_regtest.json'))
    const ours: Readonly<Record<string, Series>> = {
      SMA2: sma(close, 2),
      SMA30: sma(close, 30),
      EMA2_classic: ema(close, 2),
      EMA10_classic: ema(close, 10),
      RSI14: rsi(close, 14),
    }
    expect(Object.keys(expected)).toEqual(Object.keys(ours))
    for (const [name, values] of Object.entries(expected)) {
      for (const [index, value, begin] of values) {
        expect(Math.abs((ours[name]?.[begin + index] ?? NaN) - value), `${name} ${index}`).toBeLessThan(0.01)
        expect(ours[name]?.[begin - 1]).toBeNull()
      }
    }
  })

  it('are the Bollinger bands of StockCharts to their 6 decimals', () => {
    const sheet = csv('golden/cs-bbands.csv')
    const bands = bollinger(column(sheet, 'Close'), 20, 2)
    expect(bands.findIndex((band) => band !== null)).toBe(19)
    for (const [index, row] of sheet.entries()) {
      if (index < 19) continue
      expect(Math.abs((bands[index]?.middle ?? NaN) - number(row, 'MiddleBand'))).toBeLessThan(1.1e-6)
      expect(Math.abs((bands[index]?.upper ?? NaN) - number(row, 'HighBand'))).toBeLessThan(1.1e-6)
      expect(Math.abs((bands[index]?.lower ?? NaN) - number(row, 'LowBand'))).toBeLessThan(1.1e-6)
    }
  })

  it('are the ATR of StockCharts once its first bar is given a true range too', () => {
    const sheet = csv('golden/cs-atr.csv')
    const bars = sheet.map((row) => ({ high: number(row, 'High'), low: number(row, 'Low'), close: number(row, 'Close') }))
    // The worksheet counts high − low of the first bar as a true range, we begin at the second bar: a bar before it that closes inside the first one makes the two agree.
    const before = bars.slice(0, 1)
    const ranges = atr([...before, ...bars], 14).slice(1)
    expect(ranges.findIndex((range) => range !== null)).toBe(13)
    for (const [index, row] of sheet.entries()) {
      if (index >= 13) expect(Math.abs((ranges[index] ?? NaN) - number(row, 'ATR'))).toBeLessThan(1e-9)
    }
  })

  // The worksheet seeds an EMA with the first value, we seed it with a mean. Two seeds of one recurrence differ by what decays by 1 − 2 / (n + 1) a bar, and by nothing else.
  it.each([
    ['short_ema', 'Close', 12],
    ['long_ema', 'Close', 26],
    ['MACD_signal', 'MACD_line', 9],
  ])("differ in %s from the MACD worksheet of StockCharts by the seed's decay alone", (name, input, period) => {
    const sheet = csv('golden/cs-macd.csv').filter((row) => row[input] !== '' && row[name] !== '')
    const ours = ema(column(sheet, input), period)
    const published = column(sheet, name)
    const seed = period - 1
    const apart = (ours[seed] ?? NaN) - (published[seed] ?? NaN)
    for (let index = seed; index < sheet.length; index++) {
      const decayed = apart * (1 - 2 / (period + 1)) ** (index - seed)
      expect(Math.abs((ours[index] ?? NaN) - (published[index] ?? NaN) - decayed)).toBeLessThan(2e-8)
    }
    expect(Math.abs((ours.at(-1) ?? NaN) - (published.at(-1) ?? NaN))).toBeLessThan(1e-3)
  })

  it('are the cumulative VWAP of indicatorts to its 2 decimals', () => {
    const { typical, volume, cumulative_vwap_2dp: expected } = Vwap.parse(json('golden/indicatorts_vwap.json'))
    const bars = typical.map((price, index) => ({ high: price, low: price, close: price, volume: volume[index] ?? NaN }))
    expect(vwap(bars).map((value) => Math.round((value ?? NaN) * 100) / 100)).toEqual(expected)
  })
})

const TaLib = z.object({
  close: z.array(z.number()),
  expected_index_value_begIdx: z.record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number()]))),
})
const Vwap = z.object({ typical: z.array(z.number()), volume: z.array(z.number()), cumulative_vwap_2dp: z.array(z.number()) })
const PriceHistory = z.object({
  candles: z.array(
    z.object({ datetime: z.number(), open: z.number(), high: z.number(), low: z.number(), close: z.number(), volume: z.number() }),
  ),
})

const text = (path: string) => readFileSync(resolve(dir ?? '', path), 'utf8')
const json = (path: string): unknown => JSON.parse(text(path))

const candlesOf = (name: string): Candle[] =>
  PriceHistory.parse(json(`candles/${name}_1min.json`)).candles.map(({ datetime, ...prices }) => ({ at: datetime, ...prices }))

type Row = Readonly<Record<string, string>>

const csv = (path: string): readonly Row[] => {
  const [head = '', ...lines] = text(path).trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])))
}
const number = (row: Row, name: string): number => (row[name] === undefined || row[name] === '' ? NaN : Number(row[name]))
const column = (rows: readonly Row[], name: string): readonly number[] => rows.map((row) => number(row, name))
