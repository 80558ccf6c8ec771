import type { Random } from '../../local/schwab/seeded-random.ts'
import { pick, whole } from './draw.ts'
import type { Fault } from './faults.ts'
import type { Shape } from './plan.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** New shares for an old one. */
export const RATIOS: readonly number[] = [4, 1.5, 10, 0.05, 1.137]

/** What shows only in sessions that are long enough for an unusual hole: one kind for each run, or none. */
export const drawLongFaults = (shape: Shape, random: Random): readonly Fault[] => {
  const { days, startAt, tickers } = shape
  const played = days.filter(({ closesAt, opensAt }) => closesAt > startAt && opensAt > startAt)
  const day = played.at(-1)
  if (day === undefined || day.closesAt - day.opensAt < 100 * MINUTE) return []
  const fault = (kind: Fault['kind'], at: number, rest: Partial<Fault> = {}): Fault => ({
    kind,
    at,
    forMs: 0,
    target: 'pricehistory',
    amount: 0,
    ...rest,
  })
  const minutes = (day.closesAt - day.opensAt) / MINUTE
  const died = day.opensAt + whole(random, 3, 8) * MINUTE
  const kinds: readonly (() => readonly Fault[])[] = [
    () => [fault('schwab-stale', day.opensAt + whole(random, 5, minutes - 40) * MINUTE, { forMs: whole(random, 3, 20) * HOUR })],
    // Others have to trade on, for else it is the feed that is silent.
    ...(tickers.length < 2
      ? []
      : [() => [fault('delisted', day.opensAt + whole(random, 5, minutes - 110) * MINUTE, { target: pick(random, tickers) })]]),
    () => [fault('unreadable', day.opensAt + whole(random, 1, minutes - 1) * MINUTE, { target: pick(random, tickers) })],
    () => [fault('split', day.opensAt, { target: pick(random, tickers), amount: whole(random, 0, RATIOS.length - 1) })],
    () => [
      fault('revoked', died, { target: 'token', amount: 1 }),
      fault('person', died, { target: 'late', amount: 1 }),
      fault('schwab-cuts-after-login', died, { forMs: 3 * HOUR, amount: whole(random, 3, 8) }),
    ],
  ]
  return pick(random, kinds)()
}
