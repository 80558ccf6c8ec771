import type { Candle } from '../../shared/domain/candle.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { newYorkDate, newYorkInstant } from '../../shared/domain/new-york.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { Store } from '../../shared/adapters/supabase.ts'
import type { IndicatorPut, TickState } from '../../shared/ports.ts'

export type { Store } from '../../shared/adapters/supabase.ts'
export type Indicators = IndicatorPut['rows'][number]

/** A store and what only a look into it can tell. */
export type StoreUnderTest = { readonly store: Store; readonly indicators: (ticker: string) => Promise<readonly Indicators[]> }

/** All tests of a suite may share one store: their tickers and minutes are their own. */
export type OpenStore = () => StoreUnderTest

let tickers = 0
/** A ticker that no other test uses. */
export const newTicker = (): string => `T${(tickers += 1)}`

/** After all that the tests store, epoch milliseconds. */
export const LATER = Date.UTC(2027, 0, 1)
export const DAY = 24 * HOUR

let ticks = LATER
/** A minute that no other test uses. */
export const nextTick = (): number => (ticks += 5 * MINUTE)

/** What a tick reports, dirty tickers of every age included. */
export const lookInto = (
  store: Store,
  sessions: readonly Session[],
  asked: readonly string[],
  tick: number = nextTick(),
): Promise<TickState> => store.beginTick({ tick, tickers: asked, sessions, dirtyBefore: 2 * LATER })

/** The regular session of that date. */
export const sessionOn = (date: string): Session => ({
  date,
  opensAt: newYorkInstant(date, '09:30'),
  closesAt: newYorkInstant(date, '16:00'),
})

export const monday = sessionOn('2026-01-05')
export const tuesday = sessionOn('2026-01-06')

/** So many weekdays from 2026-01-05 on, a Monday. The clocks change on 8 March, within the first fifty. */
export const weekdays = (count: number): readonly Session[] =>
  Array.from({ length: Math.ceil(count / 5) * 7 }, (_, day) => day)
    .filter((day) => day % 7 < 5)
    .slice(0, count)
    .map((day) => sessionOn(newYorkDate(Date.UTC(2026, 0, 5 + day, 17))))

/** One bar; two bars of the same `price` are equal. */
export const bar = (at: number, price = 100): Candle => ({
  at,
  open: price,
  high: price + 1,
  low: price - 1,
  close: price + 0.5,
  volume: 7,
})

/** The bars of the session's minutes `first` (0 is the open) up to but not including `end`. */
export const bars = (session: Session, first = 0, end = 390, price = 100): readonly Candle[] =>
  Array.from({ length: end - first }, (_, i) => bar(session.opensAt + (first + i) * MINUTE, price))

/** What a full read of these sessions brings, by default an hour after the last close. */
export const fullRead = (ticker: string, sessions: readonly Session[], candles: readonly Candle[], fetchedAt?: number): CandleBatch => {
  const to = Math.max(...sessions.map(({ closesAt }) => closesAt))
  return {
    v: 1,
    kind: 'audit',
    ticker,
    from: Math.min(...sessions.map(({ opensAt }) => opensAt)),
    to,
    sessions: [...sessions],
    fetchedAt: fetchedAt ?? to + HOUR,
    candles,
    traceId: 'test',
  }
}

/** What a live read of the session brings, made at the end of its last bar. */
export const liveRead = (ticker: string, session: Session, candles: readonly Candle[], fetchedAt?: number): CandleBatch => {
  const to = (candles.at(-1)?.at ?? session.opensAt) + MINUTE
  return {
    v: 1,
    kind: 'live',
    ticker,
    from: candles[0]?.at ?? session.opensAt,
    to,
    sessions: [session],
    fetchedAt: fetchedAt ?? to,
    candles,
    traceId: 'test',
  }
}

/** Indicators that say nothing but how they were marked. */
export const indicators = (at: number, mark: number): Indicators => ({
  at,
  sma9: mark,
  vwap: null,
  ema12: null,
  ema26: null,
  macd: null,
  macdSignal: null,
  macdHistogram: null,
  rsi14: null,
  bbUpper: null,
  bbMiddle: null,
  bbLower: null,
  atr14: null,
  cross: 0,
})
