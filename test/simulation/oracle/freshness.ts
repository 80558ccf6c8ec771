import type { PipelineEvent } from '../../../shared/domain/events.ts'
import { isCalm } from './live.ts'
import type { World } from '../world.ts'

const MINUTE = 60_000
/** From the start of a tick to its figure, milliseconds. */
const SLOWEST = 35_000

/** In session the newest candle is never said to be younger than it is. */
export const watchFreshness = (world: World): void => {
  const { lines, calls, kernel, plan, store, violate } = world
  calls.push(({ method, args }) => {
    if (method !== 'publish') return
    for (const event of args[0] as readonly PipelineEvent[]) if (event.type === 'FeedStale') checkStale(world)
  })
  lines.push((line) => {
    if (!line.includes('"inSession":true')) return
    const { ageSeconds } = JSON.parse(line) as { readonly ageSeconds: number }
    // The tick is the minute in which the invocation began by its own clock.
    const tick = Math.floor((kernel.now() - SLOWEST) / MINUTE) * MINUTE
    // The pipeline takes the closed day for a session as well.
    const day = [...plan.days, ...plan.unlisted]
      .toSorted((a, b) => a.opensAt - b.opensAt)
      .findLast(({ opensAt }) => opensAt <= kernel.now())
    if (day === undefined || day.opensAt > tick) return
    const newest = Math.max(
      day.opensAt,
      ...[...store.tickers.values()].flatMap(({ candles }) => [...candles.keys()].map((at) => at + MINUTE)),
    )
    const age = (tick - newest) / 1000
    if (ageSeconds < age - 5) violate('freshness', `is said to be ${ageSeconds} s, and the newest candle is ${age} s old`)
  })
}

/** Without a bar for so long it may be said that none comes. */
const LULL = 25 * MINUTE

/** In a session in which nothing goes wrong nobody is told that no price has come, however seldom the tickers trade. */
const checkStale = (world: World): void => {
  const { plan, market, tickers, kernel, violate } = world
  const day = plan.days.find(({ opensAt, closesAt }) => opensAt <= kernel.now() && kernel.now() < closesAt)
  if (day === undefined || day.opensAt <= plan.startAt || !isCalm(day, world)) return
  // A feed that a liquid ticker fed looks dead at first when that ticker is delisted.
  if (plan.faults.some(({ kind, at }) => kind === 'delisted' && at <= kernel.now() && kernel.now() - at < LULL)) return
  const told = [
    day.opensAt,
    ...tickers
      .filter(market.isKnown)
      .flatMap((ticker) => market.told(ticker, day.opensAt, day.closesAt, kernel.now()).map(({ at }) => at + MINUTE)),
    kernel.now(),
  ].toSorted((a, b) => a - b)
  const lull = Math.max(...told.map((at, place) => at - (told[place - 1] ?? at)))
  if (lull < LULL)
    violate('freshness', `FeedStale is told, and Schwab was never without a price for more than ${Math.round(lull / MINUTE)} minutes`)
}
