import type { PipelineEvent } from '../../../shared/domain/events.ts'
import type { World } from '../world.ts'
import { isCalm, isQuiet } from './live.ts'

const MINUTE = 60_000
/** Nobody is called silent sooner. */
const LEAST = 55 * MINUTE
/** A ticker that trades in every other minute is called silent within this time. */
const MOST = 90 * MINUTE
const LIVELY = 0.5
/** So many bars of a session tell how often the ticker trades. */
const KNOWN = 60

/** One who trades no more is told, and nobody who has just traded. */
export const watchSilence = (world: World): void => {
  const { calls, plan, market, kernel, violate } = world
  const told = new Set<string>()
  calls.push(({ method, args }) => {
    if (method !== 'publish') return
    for (const { type, detail } of args[0] as readonly PipelineEvent[]) {
      if (type !== 'TickerSilent') continue
      told.add(detail.ticker)
      const since = kernel.now() - LEAST
      const bars = plan.days.flatMap(({ opensAt, closesAt }) =>
        market.told(detail.ticker, Math.max(opensAt, since), closesAt, kernel.now()),
      )
      const day = plan.days.find(({ opensAt, closesAt }) => opensAt <= kernel.now() && kernel.now() < closesAt)
      if (bars.length > 0 && day !== undefined && isCalm(day, world))
        violate('silence', `${detail.ticker} is called silent, and had a price within the hour`)
    }
  })
  for (const { target, at } of plan.faults.filter(({ kind }) => kind === 'delisted')) {
    const day = plan.days.find(({ opensAt, closesAt }) => opensAt <= at && at + MOST < closesAt)
    if (day === undefined || day.opensAt <= plan.startAt) continue
    // Of a ticker that is new nobody knows what is usual.
    if (!plan.days.some((past) => past.closesAt < day.opensAt && market.barsOf(target, past).length > KNOWN)) continue
    const isLively = (ticker: string): boolean =>
      market.barsOf(ticker, day).filter((bar) => bar.at < at).length >= (LIVELY * (at - day.opensAt)) / MINUTE
    kernel.at(at + MOST, () => {
      const others = world.tickers.filter((ticker) => ticker !== target && market.isKnown(ticker) && market.barsOf(ticker, day).length > 60)
      if (isQuiet(day, world) && isLively(target) && others.length > 0 && !told.has(target))
        violate('silence', `${target} has had no price for ${MOST / MINUTE} minutes, and nobody is told`)
    })
  }
}
