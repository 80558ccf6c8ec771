import type { Calendar } from '../../shared/domain/calendar.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { addDays, newYorkDate } from '../../shared/domain/new-york.ts'
import type { CandleSource } from './bar-source.ts'
import { type DayPlan, generateDay } from './generated-day.ts'
import { closeOn, profileOf } from './generated-prices.ts'
import { hashOf } from './seeded-random.ts'
import { sliceByTime } from './slice-by-time.ts'

export type GeneratedMarketOptions = {
  readonly seed: number
  readonly tickers: readonly string[]
  readonly calendar: Pick<Calendar, 'sessionOn'>
}

/** Days kept in memory; each is a few hundred bars. */
const KEPT_DAYS = 1024

/**
 * A market that looks like one and is the same for the same seed, whatever is asked first: every day is computed by itself,
 * between closing prices that are a function of seed, ticker and date. It knows the given tickers only.
 */
export const generatedMarket = ({ seed, tickers, calendar }: GeneratedMarketOptions): CandleSource => {
  const known = new Set(tickers)
  const days = new Map<string, readonly Candle[]>()

  const dayOf = (ticker: string, date: string): readonly Candle[] => {
    const key = `${ticker} ${date}`
    const kept = days.get(key)
    if (kept !== undefined) return kept
    const plan = planDay(seed, ticker, date, calendar)
    const bars = plan === undefined ? [] : generateDay(plan)
    const [oldest] = days.keys()
    if (days.size >= KEPT_DAYS && oldest !== undefined) days.delete(oldest)
    days.set(key, bars)
    return bars
  }

  return {
    tickers: [...known].toSorted(),
    has: (ticker) => known.has(ticker),
    sessionOn: (date) => calendar.sessionOn(date),
    bars: (ticker, from, to) => {
      if (!known.has(ticker) || from >= to) return []
      const first = newYorkDate(from)
      const last = newYorkDate(to - 1)
      if (first === last) return sliceByTime(dayOf(ticker, first), from, to)
      const bars: Candle[] = []
      for (let date = first; date <= last; date = addDays(date, 1)) bars.push(...sliceByTime(dayOf(ticker, date), from, to))
      return bars
    },
  }
}

const planDay = (seed: number, ticker: string, date: string, calendar: Pick<Calendar, 'sessionOn'>): DayPlan | undefined => {
  const session = calendar.sessionOn(date)
  if (session === undefined) return undefined
  const profile = profileOf(seed, ticker)
  return {
    session,
    profile,
    previousClose: closeOn(seed, ticker, profile, dateBefore(date, calendar)),
    close: closeOn(seed, ticker, profile, date),
    seed: hashOf(seed, ticker, date),
  }
}

/** The last date with a session before this one; no market is closed for a month. */
const dateBefore = (date: string, calendar: Pick<Calendar, 'sessionOn'>): string => {
  for (let days = 1; days <= 31; days++) {
    const before = addDays(date, -days)
    if (calendar.sessionOn(before) !== undefined) return before
  }
  return addDays(date, -1)
}
