import type { World } from '../world.ts'

const MINUTE = 60_000
/** From the start of a tick to its figure, milliseconds. */
const SLOWEST = 35_000

/** In session the newest candle is never said to be younger than it is. */
export const watchFreshness = ({ lines, kernel, plan, store, violate }: World): void => {
  lines.push((line) => {
    if (!line.includes('"inSession":true')) return
    const { ageSeconds } = JSON.parse(line) as { readonly ageSeconds: number }
    // The tick is the minute in which the invocation began by its own clock.
    const tick = Math.floor((kernel.now() - SLOWEST) / MINUTE) * MINUTE
    const day = plan.days.findLast(({ opensAt }) => opensAt <= kernel.now())
    if (day === undefined || day.opensAt > tick) return
    const newest = Math.max(
      day.opensAt,
      ...[...store.tickers.values()].flatMap(({ candles }) => [...candles.keys()].map((at) => at + MINUTE)),
    )
    const age = (tick - newest) / 1000
    if (ageSeconds < age - 5) violate('freshness', `is said to be ${ageSeconds} s, and the newest candle is ${age} s old`)
  })
}
