import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { checkBrought, parseBrought, pathText } from '../../shared/domain/brought-json.ts'
import { BroughtUnreadable, decodeBrought } from '../../shared/domain/brought-text.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { newYorkDate, newYorkText } from '../../shared/domain/new-york.ts'
import { asSchwabWrites, objectionToTicker, tickerOfFileName } from '../../shared/domain/ticker-symbol.ts'
import type { BarSource, SourceBar } from './bar-source.ts'
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
 * Only what makes a file one of candles is checked here; bars are told as they stand there.
 * @throws Error naming the file and what is wrong with it
 */
export const candleFiles = (dir: string): CandleFiles => {
  const byTicker = new Map<string, SourceBar[]>()
  const datesByTicker = new Map<string, string[]>()
  const notices: string[] = []
  for (const name of namesIn(dir)) {
    const [, symbol, date] = NAME.exec(name) ?? []
    if (symbol === undefined || date === undefined || !isDate(date)) {
      notices.push(`${name} is left out: its name is not TICKER_YYYY-MM-DD_1min.json`)
      continue
    }
    const ticker = tickerOfFileName(symbol)
    const objection = objectionToTicker(ticker)
    if (objection !== undefined) throw new Error(`${join(dir, name)}: ${objection}${renaming(ticker, date)}`)
    const bars = byTicker.get(ticker) ?? []
    // Not push(...): a long file would be too many arguments.
    for (const bar of readBars(join(dir, name), date)) bars.push(bar)
    byTicker.set(ticker, bars)
    datesByTicker.set(ticker, [...(datesByTicker.get(ticker) ?? []), date])
  }
  // Names sort by ticker and then by date, but a bar of one date is never later than one of the next.
  for (const bars of byTicker.values()) bars.sort((a, b) => a.at - b.at)
  const dates = [...new Set([...datesByTicker.values()].flat())].toSorted()
  const calendar = marketCalendar({ onlySessions: dates })

  return {
    tickers: [...byTicker.keys()].toSorted(),
    dates,
    notices,
    has: (ticker) => byTicker.has(ticker),
    datesOf: (ticker) => (datesByTicker.get(ticker) ?? []).toSorted(),
    bars: (ticker, from, to) => sliceByTime(byTicker.get(ticker) ?? [], from, to),
    sessionOn: (date) => calendar.sessionOn(date),
  }
}

const NAME = /^(.+)_(\d{4}-\d{2}-\d{2})_1min\.json$/
const isDate = (text: string): boolean => z.iso.date().safeParse(text).success

/** What the file has to be called, where that is known. */
const renaming = (ticker: string, date: string): string => {
  const schwabs = asSchwabWrites(ticker)
  return schwabs === undefined ? '' : `, so call the file ${schwabs.replaceAll('/', '.')}_${date}_1min.json`
}

/** A later time is one in other units. */
const LAST_INSTANT = Date.UTC(2100, 0, 1)
const File = z.object({ candles: z.array(z.looseObject({ datetime: z.number().min(0).max(LAST_INSTANT) })) })

const readBars = (path: string, date: string): readonly SourceBar[] => {
  try {
    const { candles } = checkBrought(parseBrought(decodeBrought(readFileSync(path))), File, placeText)
    return candles.map(({ datetime: at, open, high, low, close, volume }) => {
      if (newYorkDate(at) !== date)
        throw new BroughtUnreadable('field_wrong', `is of ${date}, and has a candle of ${newYorkText(at)}, ${newYorkDate(at)}`)
      return { at, open, high, low, close, volume }
    })
  } catch (error) {
    if (!(error instanceof BroughtUnreadable)) throw error
    throw new Error(`${path} ${error.message}`, { cause: error })
  }
}

/** Candles are counted from 1 by people. */
const placeText = ([list, index, ...field]: readonly PropertyKey[]): string =>
  typeof index === 'number' ? `${pathText(field) || 'candle'} in its candle ${index + 1}` : String(list)

const namesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir).toSorted()
  } catch (cause) {
    throw new Error(`no folder of candle files at ${dir}`, { cause })
  }
}
