import type { Random } from '../../local/schwab/seeded-random.ts'
import { pick, whole } from './draw.ts'
import type { Fault } from './faults.ts'
import type { MarketDay, Shape } from './plan.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What shows only when several things come together, or one lasts for days: one of the list for a run. */
export const drawCombinedFaults = (shape: Shape, random: Random): readonly Fault[] => {
  const { days, startAt, tickers } = shape
  const played = days.filter(({ closesAt }) => closesAt > startAt)
  const day = pick(random, played)
  const at = Math.max(startAt, day.opensAt) + whole(random, 1, 4) * MINUTE
  const fault = (kind: Fault['kind'], target: string, from: number, forMs = 0, amount = 0): Fault => ({
    kind,
    at: from,
    forMs,
    target,
    amount,
  })
  const minutes = (least: number, most: number): number => whole(random, least, most) * MINUTE
  const [before, after] = played.filter(({ opensAt }) => opensAt > startAt)
  const kinds: readonly (() => readonly Fault[])[] = [
    // The token dies while the database is down.
    () => [fault('revoked', 'token', at, 0, 1), fault('down', 'store', at - minutes(0, 1), minutes(15, 50))],
    // Candles wait for so long that they are planned again.
    () => [fault('stalled', 'candles', at, minutes(2, 4)), fault('down', 'store', at + 90_000, minutes(40, 80))],
    // Schwab fails for longer than a message is tried.
    () => [fault('schwab-500', 'pricehistory', at, minutes(160, 240))],
    // One ticker is refused, or unknown, for days.
    () => [fault(pick(random, ['schwab-refuses', 'schwab-unknown'] as const), pick(random, tickers), at, whole(random, 60, 75) * HOUR)],
    // A bar is corrected after its session was proven.
    ...(before === undefined || after === undefined ? [] : [() => [correction(before, after, pick(random, tickers), random)]]),
    // Nobody logs in before the outage is older than the horizon.
    () => {
      const late = whole(random, 50, 70)
      return [fault('revoked', 'token', at, 0, 1), fault('person', 'late', at, late * HOUR, late)]
    },
    // Somebody puts two tokens by hand, one useless.
    () => [fault('put-by-hand', pick(random, ['garbage', 'stale']), at), fault('put-by-hand', 'good', at + minutes(0, 20))],
    // A refresh comes late in its function, for all before it was slow.
    () => [
      fault('access-ended', 'token', at),
      fault('slow', 'secret', at - MINUTE, minutes(10, 30), whole(random, 1, 3)),
      fault('slow', 'store', at - MINUTE, minutes(10, 30), whole(random, 1, 3)),
    ],
    // An outage is over before anybody could be told of it, and whoever would tell comes late.
    () => {
      const silence = minutes(4, 40)
      const back = at - MINUTE + silence
      return [
        fault('bus-silent', 'bus', at - MINUTE, silence),
        fault('revoked', 'token', at, 0, 1),
        fault('missed-tick', 'token-keeper', back - 2 * MINUTE, minutes(60, 120)),
        fault('event-lost', 'token-keeper', back - 2 * MINUTE, 120 * MINUTE),
        // Its access token ends at once: then a fetcher finds out that it is good.
        fault('put-by-hand', 'good', back - MINUTE),
        fault('access-ended', 'token', back - MINUTE / 2),
      ]
    },
    // A token that was stamped in the future ends.
    () => [fault('put-by-hand', 'future', at), fault('access-ended', 'token', at + minutes(2, 40))],
    // The database takes little at a time, for long.
    () => [fault('store-times-out', 'store', at, minutes(40, 90), whole(random, 1, 4))],
    // A refreshed token cannot be stored, and everything is built anew.
    () => [fault('app-changed', 'all', at - MINUTE, 0, 1), fault('access-ended', 'token', at)],
    // Indicators are computed while more candles come, by writers that are slow and handed the same twice.
    () => [
      fault('slow', 'store', at, minutes(5, 20), whole(random, 3, 9)),
      ...Array.from({ length: 4 }, () => fault('duplicate', 'candles', at + minutes(0, 12), 0, 3)),
      fault('stalled', 'candles', at + minutes(1, 4), minutes(2, 6)),
    ],
  ]
  return pick(random, kinds)()
}

/** A bar of the day before is told otherwise from some hours before the open on. */
const correction = (before: MarketDay, day: MarketDay, target: string, random: Random): Fault => {
  const at = before.opensAt + whole(random, 0, (before.closesAt - before.opensAt) / MINUTE - 1) * MINUTE
  return { kind: 'corrected', at, forMs: day.opensAt - whole(random, 5, 9) * HOUR - at, target, amount: 0 }
}
