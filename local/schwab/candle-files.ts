import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Calendar } from '../../shared/domain/calendar.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { newYorkDate, newYorkInstant } from '../../shared/domain/new-york.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { BarSource } from './bar-source.ts'
import { sliceByTime } from './slice-by-time.ts'

export type CandleFiles = BarSource & {
  /** The New York dates that any ticker has a file for, sorted. Every other date is a closed day. */
  readonly dates: readonly string[]
  /** The dates of one ticker, sorted. */
  datesOf(ticker: string): readonly string[]
  /** What in the folder was left out, and why; a sentence each. */
  readonly notices: readonly string[]
}

/**
 * Real bars from the files `TICKER_YYYY-MM-DD_1min.json` of a folder, each in the shape of Schwab's price history; BRK.B is BRK/B.
 * @param calendar tells early closes; without it every session is 09:30 to 16:00
 * @throws Error naming the file and what is wrong with it
 */
export const candleFiles = (dir: string, calendar?: Pick<Calendar, 'sessionOn'>): CandleFiles => {
  const byTicker = new Map<string, Candle[]>()
  const datesByTicker = new Map<string, string[]>()
  const notices: string[] = []
  for (const name of namesIn(dir)) {
    const [, symbol, date] = NAME.exec(name) ?? []
    // Schwab writes share classes with a slash, which a file name cannot have.
    const ticker = symbol?.replaceAll('.', '/')
    if (ticker === undefined || date === undefined || !isDate(date)) {
      notices.push(`${name} is left out: its name is not TICKER_YYYY-MM-DD_1min.json`)
      continue
    }
    const bars = byTicker.get(ticker) ?? []
    // Not push(...): a long file would be too many arguments.
    for (const bar of readBars(join(dir, name), date)) bars.push(bar)
    byTicker.set(ticker, bars)
    datesByTicker.set(ticker, [...(datesByTicker.get(ticker) ?? []), date])
  }
  // Names sort by ticker and then by date, but a bar of one date is never later than one of the next.
  for (const bars of byTicker.values()) bars.sort((a, b) => a.at - b.at)
  const dates = new Set([...datesByTicker.values()].flat())

  return {
    tickers: [...byTicker.keys()].toSorted(),
    dates: [...dates].toSorted(),
    notices,
    has: (ticker) => byTicker.has(ticker),
    datesOf: (ticker) => (datesByTicker.get(ticker) ?? []).toSorted(),
    bars: (ticker, from, to) => sliceByTime(byTicker.get(ticker) ?? [], from, to),
    sessionOn: (date) => {
      if (!dates.has(date)) return undefined
      return calendar?.sessionOn(date) ?? { date, opensAt: newYorkInstant(date, '09:30'), closesAt: newYorkInstant(date, '16:00') }
    },
  }
}

const NAME = /^([A-Za-z0-9._-]+)_(\d{4}-\d{2}-\d{2})_1min\.json$/
const isDate = (text: string): boolean => z.iso.date().safeParse(text).success

const Bar = z.object({
  datetime: z.int().multipleOf(MINUTE),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().nonnegative(),
})
const File = z.object({ candles: z.array(Bar) })

const readBars = (path: string, date: string): readonly Candle[] => {
  const parsed = File.safeParse(parseJson(path))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`${path}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'is not a price history'}`)
  }
  const seen = new Set<number>()
  return parsed.data.candles.map(({ datetime: at, open, high, low, close, volume }) => {
    if (newYorkDate(at) !== date) throw new Error(`${path}: a bar of ${newYorkDate(at)} in the file of ${date}`)
    if (seen.has(at)) throw new Error(`${path}: two bars for ${new Date(at).toISOString()}`)
    seen.add(at)
    return { at, open, high, low, close, volume }
  })
}

const parseJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`${path}: is not JSON`, { cause })
  }
}

const namesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir).toSorted()
  } catch (cause) {
    throw new Error(`no folder of candle files at ${dir}`, { cause })
  }
}
