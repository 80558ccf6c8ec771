import * as z from 'zod'
import type { FunctionPool } from '../runtime/function-pool.ts'
import { nextFiring } from '../template/schedule-expression.ts'

/** A schedule and the function it calls, with Lambda's two repeats of a failed asynchronous call. */
export type Schedule = {
  /** Calls the function if it is due. @returns whether it did */
  readonly dispatch: () => boolean
  readonly active: () => number
  /** Something has happened that the function may care about: what it said about having nothing to do is forgotten. */
  readonly wake: () => void
  readonly nextDueAt: () => number | undefined
}

export type ScheduleOptions = {
  readonly expression: string
  readonly timezone: string
  readonly input: unknown
  readonly pool: FunctionPool
  readonly clock: () => number
  /** True: believe the function when it says that it has nothing to do before some moment, and skip the calls until then. */
  readonly skipIdle: boolean
  readonly onEnd: (error: string | undefined) => void
}

/** Lambda repeats a failed asynchronous call after one and after two more minutes. */
const REPEAT_AFTER_MS = [60_000, 120_000]

const Idle = z.object({ nextDueAt: z.iso.datetime().transform((text) => Date.parse(text)) })

export const schedule = (options: ScheduleOptions): Schedule => {
  const { expression, timezone, pool, clock } = options
  let next = nextFiring(expression, timezone, clock() - 1)
  let active = 0
  let firedAt = -Infinity
  let wakes = 0
  const repeats: { readonly at: number; readonly attempt: number }[] = []

  const call = async (attempt: number): Promise<void> => {
    active++
    const startsAt = clock()
    const wakesBefore = wakes
    const result = await pool.invoke(options.input, startsAt).finally(() => active--)
    const delay = REPEAT_AFTER_MS[attempt]
    if (!result.ok && delay !== undefined) repeats.push({ at: startsAt + delay, attempt: attempt + 1 })
    const idle = result.ok && options.skipIdle ? Idle.safeParse(result.value) : undefined
    if (idle?.success === true && repeats.length === 0 && wakes === wakesBefore)
      next = nextFiring(expression, timezone, Math.max(clock(), idle.data.nextDueAt - 1))
    options.onEnd(result.ok ? undefined : result.error)
  }

  return {
    active: () => active,
    wake: () => {
      wakes++
      if (next === undefined || next > clock()) next = nextFiring(expression, timezone, Math.max(firedAt, clock() - 1))
    },
    nextDueAt: () => {
      const times = [...repeats.map(({ at }) => at), ...(next === undefined ? [] : [next])]
      return times.length === 0 ? undefined : Math.min(...times)
    },
    dispatch: () => {
      // On a busy machine a simulated minute may be shorter than a call; one more process for each would only make it busier.
      if (active > 0) return false
      const now = clock()
      const due = repeats.filter(({ at }) => at <= now)
      for (const repeat of due) {
        repeats.splice(repeats.indexOf(repeat), 1)
        void call(repeat.attempt)
      }
      if (next === undefined || next > now) return due.length > 0
      // A stack that runs behind its clock calls once for the minutes it missed: the function looks at the state, not at the tick.
      next = nextFiring(expression, timezone, now)
      firedAt = now
      void call(0)
      return true
    },
  }
}
