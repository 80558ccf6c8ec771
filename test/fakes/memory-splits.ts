import type { Candle } from '../../shared/domain/candle.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { newYorkDate } from './memory-session.ts'
import { barsOn, sorted, touch, type TickerRow } from './memory-ticker.ts'

export type SplitRow = {
  readonly date: string
  readonly ratio: number
  readonly noticedAt: number
  readonly basisSince: number
  restUntil: number | undefined
}

const PART = 15
const midnight = (date: string): number => newYorkInstant(date, '00:00')

/** Brings the next part of the history to the new basis. */
export const applySplit = (ticker: TickerRow, split: SplitRow, asOf: number): void => {
  const { ratio, basisSince, noticedAt, restUntil = -Infinity } = split
  const traded = [...ticker.sessions]
    .filter(([, { candles, opensAt }]) => candles > 0 && opensAt < restUntil)
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
  const oldest = traded.slice(0, PART).at(-1)
  const from = oldest === undefined || traded.length <= PART ? -Infinity : midnight(oldest[0])
  const scaled = sorted(ticker).filter(({ at, readAt }) => at >= from && at < restUntil && readAt < basisSince)
  for (const candle of scaled) ticker.candles.set(candle.at, { ...divided(candle, ratio), readAt: basisSince })
  for (const session of ticker.sessions.values()) {
    if (session.opensAt >= from && session.opensAt < restUntil && session.closesAt > noticedAt - 48 * 24 * HOUR)
      session.recheckSince = Math.max(session.recheckSince ?? 0, noticedAt)
  }
  split.restUntil = from === -Infinity ? undefined : from
  touch(
    ticker,
    scaled.map(({ at }) => at),
    asOf,
  )
}

const divided = <Bar extends Candle>(bar: Bar, ratio: number): Bar => ({
  ...bar,
  open: bar.open / ratio,
  high: bar.high / ratio,
  low: bar.low / ratio,
  close: bar.close / ratio,
  volume: bar.volume * ratio,
})

/** A bar of an answer from before a split. */
export const onNewBasis = (ticker: TickerRow, candle: Candle, fetchedAt: number): Candle => {
  const split = ticker.splits
    .filter(({ date, basisSince }) => fetchedAt < basisSince && candle.at < midnight(date))
    .toSorted((a, b) => (a.date < b.date ? 1 : -1))[0]
  return split === undefined ? candle : divided(candle, split.ratio)
}

/** Whether an answer shows days before on another basis than they are stored; if so, what is stored is brought to it. */
export const noticeSplit = (ticker: TickerRow, { candles, fetchedAt }: CandleBatch, asOf: number): void => {
  const today = midnight(newYorkDate(fetchedAt))
  const pairs = candles.flatMap((told) => {
    const stored = ticker.candles.get(told.at)
    return stored === undefined ||
      told.at >= today ||
      stored.readAt > fetchedAt ||
      told.close <= 0 ||
      stored.close <= 0 ||
      isSame(stored, told)
      ? []
      : { stored, told }
  })
  if (pairs.length < 3) return
  const factor = median(pairs.map(({ stored, told }) => stored.close / told.close))
  if (Math.abs(factor - 1) < 0.005) return
  const fitting = pairs.filter(({ stored, told }) => fits(stored, told, factor))
  if (fitting.length < 0.9 * pairs.length) return
  const [told, stored] = [sum(pairs.map((pair) => pair.told.volume)), sum(pairs.map((pair) => pair.stored.volume))]
  // Volumes of a few shares fit any small factor: all together have to have moved with it.
  if (stored <= 0 || Math.abs(told - stored * factor) > 0.25 * Math.abs(factor - 1) * stored) return
  const newest = newYorkDate(Math.max(...pairs.map(({ told }) => told.at)))
  const next = [...ticker.sessions]
    .filter(([date, { candles: count }]) => date > newest && count > 0)
    .map(([date]) => date)
    .toSorted()[0]
  const date = next ?? newYorkDate(fetchedAt)
  if (ticker.splits.some((split) => split.date === date)) return
  const basisSince = Math.min(ticker.sessions.get(date)?.opensAt ?? fetchedAt, fetchedAt)
  const split = { date, ratio: fractionNear(factor), noticedAt: fetchedAt, basisSince, restUntil: midnight(date) }
  ticker.splits.push(split)
  applySplit(ticker, split, asOf)
}

const isSame = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume

const fits = (stored: Candle, told: Candle, factor: number): boolean =>
  (['open', 'high', 'low', 'close'] as const).every(
    (price) => Math.abs(stored[price] - told[price] * factor) <= Math.max(0.002 * stored[price], 0.0051 * factor),
  ) && Math.abs(told.volume - stored.volume * factor) <= Math.max(1, 0.01 * told.volume)

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const median = (values: readonly number[]): number => {
  const inOrder = values.toSorted((a, b) => a - b)
  const [low = 0, high = low] = [inOrder[Math.floor((values.length - 1) / 2)], inOrder[Math.ceil((values.length - 1) / 2)]]
  return low + (high - low) * 0.5
}

const fractionNear = (factor: number): number => {
  for (let denominator = 1; denominator <= 20; denominator++) {
    const numerator = Math.round(factor * denominator)
    if (numerator >= 1 && Math.abs(numerator / denominator - factor) <= 0.00002 * factor) return numerator / denominator
  }
  return factor
}

/** The first bars of a session that lie far from a close that was read before: the session of that close is read again. */
export const recheckBefore = (ticker: TickerRow, date: string, fetchedAt: number): void => {
  const [opening] = barsOn(ticker, date)
  const before = sorted(ticker).findLast(({ at }) => at < midnight(date))
  if (opening === undefined || before === undefined || before.readAt >= fetchedAt) return
  if (opening.open <= 0 || before.close <= 0 || Math.max(opening.open / before.close, before.close / opening.open) <= 1.04) return
  const session = ticker.sessions.get(newYorkDate(before.at))
  if (session !== undefined) session.recheckSince = Math.max(session.recheckSince ?? 0, fetchedAt)
}
