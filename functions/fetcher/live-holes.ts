import type { Candle } from '../../shared/domain/candle.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import { CLAIM } from '../../shared/domain/plan-jobs.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'

/** A live window that is longer catches up with an outage: its answer may have been cut like any long one. */
const LONG = HOUR
/** So long without a bar looks like a part that was left out. */
const HOLE = 30 * MINUTE

/**
 * The parts of a long live window before its last bar of which the answer has nothing, each as a job of its own. After the last bar the next
 * tick asks again anyway.
 * @param candles sorted
 */
export const liveHoles = (job: FetchJob, candles: readonly Candle[], now: number): readonly FetchJob[] => {
  if (job.kind !== 'live' || job.to - job.from <= LONG) return []
  return candles.flatMap(({ at }, index) => {
    const before = candles[index - 1]
    const from = before === undefined ? job.from : before.at + MINUTE
    return at - from < HOLE ? [] : { ...job, from, to: at, notAfter: now + CLAIM }
  })
}
