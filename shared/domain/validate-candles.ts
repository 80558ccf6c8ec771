import type { Candle } from './candle.ts'
import type { Session, Window } from './session.ts'
import { minuteOf } from './time.ts'

/** A bar as it came over the wire: every field may be missing or wrong. */
export type RawCandle = { readonly [field in 'datetime' | 'open' | 'high' | 'low' | 'close' | 'volume']?: unknown }

/**
 * Why a bar was dropped; the first that applies. `not_finite`: a field is missing or is no finite number, text included.
 * `not_positive`: a price of 0 or less. `negative_volume`: below 0; a volume of 0 is valid. `outside_window` is ordinary:
 * Schwab answers with more than it was asked. `in_the_future`: the bar opens now or later. `duplicate`: a valid bar of the
 * same minute came after it.
 */
export type RejectionReason =
  | 'not_finite'
  | 'not_positive'
  | 'negative_volume'
  | 'high_below_low'
  | 'off_the_minute'
  | 'outside_window'
  | 'outside_session'
  | 'in_the_future'
  | 'duplicate'

export type Rejection = {
  readonly reason: RejectionReason
  /** The bar's `datetime`, epoch milliseconds, where it is a finite number. */
  readonly at: number | undefined
}

/**
 * The bars of an answer that can be stored, one for each minute, oldest first, and why the others cannot.
 * Of two valid bars of one minute the later in the answer counts. A bar that is still being traded (open before `now`, not yet
 * ended) is kept: it will be restated.
 */
export const validateCandles = (
  raw: readonly RawCandle[],
  window: Window,
  sessions: readonly Session[],
  now: number,
): { readonly candles: readonly Candle[]; readonly rejected: readonly Rejection[] } => {
  const rejected: Rejection[] = []
  const byMinute = new Map<number, Candle>()
  for (const bar of raw) {
    const candle = toCandle(bar)
    if (candle === undefined) {
      rejected.push({ reason: 'not_finite', at: isFiniteNumber(bar.datetime) ? bar.datetime : undefined })
      continue
    }
    const reason = objection(candle, window, sessions, now)
    if (reason !== undefined) {
      rejected.push({ reason, at: candle.at })
      continue
    }
    if (byMinute.has(candle.at)) rejected.push({ reason: 'duplicate', at: candle.at })
    byMinute.set(candle.at, candle)
  }
  return { candles: [...byMinute.values()].toSorted((a, b) => a.at - b.at), rejected }
}

const toCandle = ({ datetime: at, open, high, low, close, volume }: RawCandle): Candle | undefined =>
  isFiniteNumber(at) &&
  isFiniteNumber(open) &&
  isFiniteNumber(high) &&
  isFiniteNumber(low) &&
  isFiniteNumber(close) &&
  isFiniteNumber(volume)
    ? { at, open, high, low, close, volume }
    : undefined

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value)

/** An open or close outside low to high is no objection: vendors do send such bars, and dropping one would leave a hole for ever. */
const objection = (candle: Candle, window: Window, sessions: readonly Session[], now: number): RejectionReason | undefined => {
  const { at, open, high, low, close, volume } = candle
  if (Math.min(open, high, low, close) <= 0) return 'not_positive'
  if (volume < 0) return 'negative_volume'
  if (high < low) return 'high_below_low'
  if (minuteOf(at) !== at) return 'off_the_minute'
  return whereabouts(at, window, sessions, now)
}

/** Why a minute is none that was asked for. */
export const whereabouts = (at: number, window: Window, sessions: readonly Session[], now: number): RejectionReason | undefined => {
  if (at < window.from || at >= window.to) return 'outside_window'
  if (!sessions.some(({ opensAt, closesAt }) => at >= opensAt && at < closesAt)) return 'outside_session'
  return at >= now ? 'in_the_future' : undefined
}
