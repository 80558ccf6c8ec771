import { HOUR } from '../shared/domain/time.ts'
import type { SimulatedClock } from './clock/simulated-clock.ts'
import type { Market } from './market.ts'
import type { RunState } from './run-state.ts'
import type { LocalSqs } from './stack/sqs.ts'

export type TimetableOptions = {
  readonly market: Pick<Market, 'spans'>
  readonly state: RunState
  readonly clock: SimulatedClock
  readonly sqs: Pick<LocalSqs, 'depth'>
  /** The queues that have a consumer. */
  readonly queues: readonly string[]
  readonly once: boolean
  /** The moments of a script's next and last entries. */
  readonly script?: { readonly nextDueAt: () => number | undefined; readonly lastAt: () => number | undefined } | undefined
  readonly say: (line: string) => void
}

/** Says where the clock goes when nothing is left to do: to the next event, over a long closed time, or to the end. */
export type Timetable = { readonly next: (nextDueAt: number | undefined) => number | 'jump' | 'stop' }

/** Messages that nobody can handle would keep a run going for ever. */
const PATIENCE = 24 * HOUR
/** What a script's last entry did has so long to show, as the last close has. */
const AFTERWARDS = 48 * HOUR

export const timetable = ({ market, state, clock, sqs, queues, once, script, say }: TimetableOptions): Timetable => ({
  next: (nextDueAt) => {
    const now = clock.now()
    const entryAt = script?.nextDueAt()
    const due = Math.min(nextDueAt ?? now + HOUR, entryAt ?? Infinity)
    const span = market.spans[state.span]
    if (span === undefined) return due
    const following = market.spans[state.span + 1]
    const endsAt = following === undefined ? Math.max(span.endsAt, (script?.lastAt() ?? -Infinity) + AFTERWARDS) : span.endsAt
    // An entry in a long closed time is played in it.
    if (due <= endsAt || (entryAt !== undefined && entryAt < (following?.startsAt ?? Infinity))) return due
    const waiting = queues.some((queue) => Object.values(sqs.depth(queue)).some((count) => count > 0))
    if (waiting && now < endsAt + PATIENCE) return due
    if (following === undefined) {
      if (!once) return due
      clock.stepTo(endsAt)
      return 'stop'
    }
    say(`The market is closed for long: from ${new Date(now).toISOString()} to ${new Date(following.startsAt).toISOString()}.`)
    state.span++
    clock.stepTo(following.startsAt)
    return 'jump'
  },
})
