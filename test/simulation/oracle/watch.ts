import type { Acknowledged } from '../event-sources.ts'
import type { World } from '../world.ts'
import { watchAnnouncements } from './announcements.ts'
import { watchBudget } from './budget.ts'
import { checkCandles } from './candles.ts'
import { watchCompleteness } from './completeness.ts'
import { checkIndicators } from './indicators.ts'
import { watchDeadline } from './deadline.ts'
import { watchPublished } from './published.ts'
import { watchTries } from './tries.ts'
import { watchFailures } from './failures.ts'
import { watchFreshness } from './freshness.ts'
import { watchLeaks } from './leaks.ts'
import { watchLive } from './live.ts'
import { watchParked } from './parked.ts'
import { watchSilence } from './silence.ts'
import { watchTokens } from './tokens.ts'
import { watchVerdicts } from './verdicts.ts'
import { watchWork } from './work.ts'

export type Oracle = {
  readonly acknowledged: Acknowledged
  /** A fault has changed something by itself. */
  readonly struck: () => void
  /** @param unsettled what kept the run from coming to rest */
  readonly atTheEnd: (unsettled: string | undefined) => void
}

/** Looks on, and says what must not have happened. It knows the market, Schwab and the queues, and nothing of the pipeline's own reasoning. */
export const watch = (world: World): Oracle => {
  const announcements = watchAnnouncements(world)
  const tokens = watchTokens(world)
  const work = watchWork(world)
  watchBudget(world)
  watchCompleteness(world)
  watchDeadline(world)
  watchFailures(world)
  watchFreshness(world)
  watchLeaks(world)
  watchLive(world)
  watchParked(world)
  watchSilence(world)
  watchVerdicts(world)
  watchPublished(world)
  watchTries(world)
  return {
    acknowledged: work.acknowledged,
    struck: tokens.struck,
    atTheEnd: (unsettled) => {
      if (unsettled !== undefined) world.violate('all is well in the end', `four days later ${unsettled}`)
      checkCandles(world)
      checkIndicators(world)
      announcements.atTheEnd()
    },
  }
}
