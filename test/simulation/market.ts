import { chanceOf } from '../../local/schwab/seeded-random.ts'
import type { Fault } from './faults.ts'
import { RATIOS } from './long-faults.ts'
import type { MarketDay, Plan } from './plan.ts'

/** A bar as it is told from `from` on; before the first of its tellings it is not told at all. */
export type Telling = { readonly from: number; readonly prices: Prices }
export type Prices = { readonly open: number; readonly high: number; readonly low: number; readonly close: number; readonly volume: number }
/** `isUnreadable`: its numbers are null in every answer. */
export type MarketBar = { readonly at: number; readonly tellings: readonly Telling[]; readonly isUnreadable: boolean }

export type Market = {
  readonly isKnown: (ticker: string) => boolean
  /** Nothing but a day on which the exchange was closed lies in the span. */
  readonly isClosed: (from: number, to: number) => boolean
  /** The bars that open in the span, oldest first, as they are told at `now`. */
  readonly told: (ticker: string, from: number, to: number, now: number) => readonly (Prices & { readonly at: number })[]
  /** The number of new shares for an old one, where what was told of that day is told otherwise at `now` because of a split; else 1. */
  readonly basis: (ticker: string, at: number, now: number) => number
  readonly isUnreadable: (ticker: string, at: number) => boolean
  /** All bars of a session with all that is ever told of them. */
  readonly barsOf: (ticker: string, day: MarketDay) => readonly MarketBar[]
}

const MINUTE = 60_000

/** What the exchange did: the same for the same seed, whatever the pipeline does. */
export const openMarket = (plan: Plan): Market => {
  const made = new Map<string, readonly MarketBar[]>()
  const barsOf: Market['barsOf'] = (ticker, day) => {
    const key = `${ticker} ${day.date}`
    const found = made.get(key) ?? makeDay(plan, ticker, day)
    made.set(key, found)
    return found
  }
  const splits = plan.faults.filter(({ kind }) => kind === 'split')
  const basis: Market['basis'] = (ticker, at, now) => {
    const split = splits.find((one) => one.target === ticker && at < one.at && now >= one.at)
    return split === undefined ? 1 : RATIOS[split.amount]!
  }
  return {
    isKnown: (ticker) => !plan.unknown.includes(ticker),
    isClosed: (from, to) => plan.unlisted.some((day) => from >= day.opensAt && to <= day.closesAt),
    basis,
    isUnreadable: (ticker, at) => plan.faults.some((one) => isUnreadable(one, ticker, at)),
    barsOf,
    told: (ticker, from, to, now) =>
      plan.days
        .filter((day) => day.closesAt > from && day.opensAt < to)
        .flatMap((day) => barsOf(ticker, day))
        .flatMap(({ at, tellings }) => {
          const telling = at >= from && at < to ? tellings.findLast((one) => one.from <= now) : undefined
          return telling === undefined ? [] : [{ at, ...onBasis(telling.prices, basis(ticker, at, now)) }]
        }),
  }
}

const isUnreadable = ({ kind, target, at: from }: Fault, ticker: string, at: number): boolean =>
  kind === 'unreadable' && target === ticker && minuteOf(from) === at

/** The same bar after a split. */
export const onBasis = ({ open, high, low, close, volume }: Prices, ratio: number): Prices =>
  ratio === 1
    ? { open, high, low, close, volume }
    : { open: open / ratio, high: high / ratio, low: low / ratio, close: close / ratio, volume: volume * ratio }

const makeDay = ({ seed, faults }: Plan, ticker: string, { date, opensAt, closesAt }: MarketDay): readonly MarketBar[] => {
  const isSplitDay = faults.some(({ kind, target, at }) => kind === 'split' && target === ticker && at === opensAt)
  // Some sessions pass without a trade, and some tickers trade now and then only. A split on the last day would not show without one.
  if (!isSplitDay && chanceOf(seed, ticker, date, 'silent') < 0.02) return []
  const liveliness = 0.3 + 0.7 * chanceOf(seed, ticker, 'lively')
  const bars: MarketBar[] = []
  let price = 20 + 400 * chanceOf(seed, ticker, 'price') + chanceOf(seed, ticker, date)
  const split = faults.find((one) => one.kind === 'split' && one.target === ticker && one.at <= opensAt)
  const delisted = faults.find(({ kind, target }) => kind === 'delisted' && target === ticker)
  const ratio = split === undefined ? 1 : RATIOS[split.amount]!
  for (let at = opensAt; at < closesAt; at += MINUTE) {
    if (delisted !== undefined && at >= delisted.at) break
    const draw = (what: string): number => chanceOf(seed, ticker, at, what)
    if (draw('trades') > liveliness) continue
    const open = price
    price = Math.max(1, price + (draw('move') - 0.5) * 0.8)
    const prices = {
      open,
      high: Math.max(open, price) + draw('high') * 0.2,
      low: Math.min(open, price) - draw('low') * 0.2,
      close: price,
      volume: draw('volume') < 0.03 ? 0 : Math.floor(draw('shares') * 9_000),
    }
    bars.push({
      at,
      isUnreadable: faults.some((one) => isUnreadable(one, ticker, at)),
      tellings: tellingsOf(
        at,
        onBasis(prices, ratio),
        draw,
        faults.filter((fault) => fault.target === ticker && minuteOf(fault.at) === at),
      ),
    })
  }
  return bars
}

const LAST_WORD = 28 * MINUTE

const minuteOf = (at: number): number => Math.floor(at / MINUTE) * MINUTE

/** The newest bar is often provisional for some seconds; what the faults say comes on top. */
const tellingsOf = (at: number, prices: Prices, draw: (what: string) => number, faults: readonly Fault[]): readonly Telling[] => {
  const late = faults.find(({ kind }) => kind === 'late-bar')
  const restated = faults.find(({ kind }) => kind === 'restated')
  const first = at + MINUTE + (late?.amount ?? 0) * MINUTE
  const provisional = draw('provisional') < 0.2 ? draw('settles') * 90_000 : 0
  // Half an hour after the close everything is final: what changes later than that nobody would see.
  const settles = Math.min(Math.max(provisional, (restated?.amount ?? 0) * MINUTE), at + LAST_WORD - first)
  const settled =
    settles === 0
      ? [{ from: first, prices }]
      : [
          { from: first, prices: { ...prices, close: prices.low, volume: prices.volume + 1 } },
          { from: first + settles, prices },
        ]
  const corrected = faults.find(({ kind }) => kind === 'corrected')
  return corrected === undefined
    ? settled
    : [...settled, { from: at + corrected.forMs, prices: { ...prices, volume: prices.volume + 100 } }]
}
