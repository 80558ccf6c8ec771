import type { Candle } from './candle.ts'
import type { Session, Window } from './session.ts'
import { minuteOf } from './time.ts'
import { whereabouts, type Rejection, type RejectionReason } from './validate-candles.ts'

/** Reasons that are ordinary: the bar was not asked for, or a valid one of its minute came as well. */
export const HARMLESS: ReadonlySet<RejectionReason> = new Set(['outside_window', 'outside_session', 'in_the_future', 'duplicate'])

/**
 * The minutes that an answer speaks of only by bars whose numbers cannot be read: neither candles nor minutes without trade. Epoch
 * milliseconds, sorted. A bar without a time belongs to no minute.
 */
export const unreadableMinutes = (
  { candles, rejected }: { readonly candles: readonly Candle[]; readonly rejected: readonly Rejection[] },
  window: Window,
  sessions: readonly Session[],
  now: number,
): readonly number[] => {
  const read = new Set(candles.map(({ at }) => at))
  const spokenOf = rejected.flatMap(({ reason, at }) => (at === undefined || HARMLESS.has(reason) ? [] : minuteOf(at)))
  return [...new Set(spokenOf)]
    .filter((at) => !read.has(at) && whereabouts(at, window, sessions, now) === undefined)
    .toSorted((a, b) => a - b)
}
