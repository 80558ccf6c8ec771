import type { Candle } from '../../../shared/domain/candle.ts'
import { type MarketBar, onBasis, type Prices } from '../market.ts'
import type { MarketDay } from '../plan.ts'
import type { World } from '../world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (time: number): string => new Date(time).toISOString()

/** Stored is what Schwab has in the end, for every ticker that is collected; of one that no longer is, nothing that Schwab never told. */
export const checkCandles = (world: World): void => {
  const { plan, store, violate, kernel } = world
  const horizon = kernel.now() - plan.horizonDays * DAY
  for (const [ticker, row] of store.tickers) {
    for (const [date, { opensAt, closesAt }] of row.sessions) {
      const day = [...plan.days, ...plan.unlisted].find((one) => one.date === date)
      if (day === undefined) violate('candles', `${ticker}: a session on ${date}, when the exchange was closed`)
      else if (day.opensAt !== opensAt || day.closesAt !== closesAt) violate('candles', `${ticker}: the session of ${date} has wrong hours`)
    }
  }
  for (const ticker of new Set([...world.tickers, ...store.tickers.keys()])) {
    const isCollected = world.tickers.includes(ticker) && world.market.isKnown(ticker)
    const stored = store.state.candles(ticker)
    const bars = plan.days.flatMap((day) => world.market.barsOf(ticker, day))
    const known = new Map(bars.map((bar) => [bar.at, bar]))
    for (const candle of stored) {
      const bar = world.market.isKnown(ticker) ? known.get(candle.at) : undefined
      const basis = world.market.basis(ticker, candle.at, kernel.now())
      if (bar === undefined || bar.isUnreadable || !bar.tellings.some(({ prices }) => isSame(onBasis(prices, basis), candle)))
        violate('candles', `${ticker} ${at(candle.at)}: stored and never told`)
    }
    if (!isCollected) continue
    for (const day of plan.days.filter(({ closesAt }) => closesAt > horizon)) {
      const wrong = firstDifference(world, ticker, day) ?? unreadNotNamed(world, ticker, day)
      if (wrong !== undefined) violate('candles', wrong)
    }
  }
}

/** Where a session, or its bars before `until`, differ from what Schwab finally has. */
export const firstDifference = (
  { store, market, kernel }: World,
  ticker: string,
  day: MarketDay,
  until = day.closesAt,
): string | undefined => {
  const stored = new Map(
    [...(store.tickers.get(ticker)?.candles.values() ?? [])]
      .filter((bar) => bar.at >= day.opensAt && bar.at < until)
      .map((bar) => [bar.at, bar]),
  )
  for (const bar of market.barsOf(ticker, day)) {
    if (bar.at >= until) break
    if (bar.isUnreadable) continue
    const candle = stored.get(bar.at)
    if (candle === undefined) return `${ticker} ${at(bar.at)}: missing`
    const basis = market.basis(ticker, bar.at, kernel.now())
    if (!lastWords(bar, kernel.now()).some((word) => isSame(onBasis(word, basis), candle)))
      return `${ticker} ${at(bar.at)}: stored as it was told before it was corrected`
    stored.delete(bar.at)
  }
  const [extra] = stored.keys()
  return extra === undefined ? undefined : `${ticker} ${at(extra)}: stored, and Schwab has no such bar`
}

/** A minute that nobody can read has no bar, and is named. */
const unreadNotNamed = ({ store, market }: World, ticker: string, day: MarketDay): string | undefined => {
  const named = store.tickers.get(ticker)?.sessions.get(day.date)?.unreadable ?? []
  const forgotten = market.barsOf(ticker, day).find((bar) => bar.isUnreadable && !named.includes(bar.at))
  return forgotten && `${ticker} ${at(forgotten.at)}: cannot be read, and is called a minute without trade`
}

/** The longest time in which Schwab has bars and none is stored, milliseconds, as far as it ends after `after`. */
export const longestLack = ({ store, market }: World, ticker: string, day: MarketDay, until = day.closesAt, after = -Infinity): number => {
  const stored = store.tickers.get(ticker)?.candles
  let longest = 0
  let since: number | undefined
  for (const bar of market.barsOf(ticker, day).filter((one) => one.at < until && !one.isUnreadable)) {
    if (stored?.has(bar.at) === true) since = undefined
    else {
      since ??= bar.at
      if (bar.at > after) longest = Math.max(longest, bar.at - Math.max(since, after))
    }
  }
  return longest
}

/** What is said of it in the end; what was corrected over night within the last day may not have been read. */
const lastWords = ({ tellings }: MarketBar, now: number): readonly Prices[] => {
  const first = tellings[0]?.from ?? 0
  const settled = tellings.filter(({ from }) => from - first < 2 * HOUR)
  const corrected = tellings.filter(({ from }) => from - first >= 2 * HOUR && from <= now)
  const isRead = corrected.some(({ from }) => from <= now - DAY)
  return [...(isRead ? [] : settled.slice(-1)), ...corrected].map(({ prices }) => prices)
}

const isSame = (prices: Prices, candle: Candle): boolean =>
  prices.open === candle.open &&
  prices.high === candle.high &&
  prices.low === candle.low &&
  prices.close === candle.close &&
  prices.volume === candle.volume
