import type { MarketDay } from '../plan.ts'
import type { World } from '../world.ts'
import { firstDifference } from './candles.ts'

const MINUTE = 60_000
/** The last bars are provisional until the audit: what follows them is not asked for any more. */
const TAIL = 4 * MINUTE

/** In a session in which nothing goes wrong the stored candles keep up, and what the newest one said first is corrected within minutes. */
export const watchLive = (world: World): void => {
  const { plan, kernel } = world
  for (const day of plan.days) {
    if (day.opensAt <= plan.startAt) continue
    let tickers: readonly string[] = []
    kernel.at(day.opensAt - 1, () => {
      tickers = world.tickers
    })
    kernel.at(day.closesAt + 5 * MINUTE, () => {
      if (isCalm(day, world)) check(day, tickers, world)
    })
  }
}

const check = (day: MarketDay, tickers: readonly string[], world: World): void => {
  for (const ticker of tickers.filter(world.market.isKnown)) {
    const isOdd = world.plan.faults.some(
      ({ kind, target }) => target === ticker && (kind === 'restated' || kind === 'late-bar' || kind === 'corrected'),
    )
    const wrong = isOdd ? undefined : firstDifference(world, ticker, day, day.closesAt - TAIL)
    if (wrong !== undefined) world.violate('live candles', `five minutes after a quiet session ${wrong}`)
  }
}

/** Nothing went wrong from an hour before the open, no login was missing, and there were calls enough for everybody. */
export const isCalm = ({ opensAt, closesAt }: MarketDay, { plan, faults, store }: World): boolean => {
  const isHit = plan.faults.some(({ kind, at, forMs, target }) => {
    if (
      kind === 'restated' ||
      kind === 'late-bar' ||
      kind === 'person' ||
      kind === 'unreadable' ||
      kind === 'split' ||
      kind === 'delisted' ||
      kind === 'corrected'
    )
      return false
    if (kind === 'crash') return at < closesAt + 5 * MINUTE && (faults.hitAt({ kind, at, target }) ?? Infinity) > opensAt - 60 * MINUTE
    return at < closesAt + 5 * MINUTE && at + forMs > opensAt - 60 * MINUTE
  })
  const isDead = store.outages().some(({ startedAt, restoredAt = Infinity }) => startedAt < closesAt && restoredAt > opensAt - 60 * MINUTE)
  return !isHit && !isDead && plan.requestsPerMinute > 8
}
