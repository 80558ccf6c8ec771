import type { Alarm, AlarmEvent } from './stack/alarms.ts'
import type { EventSource } from './stack/event-source.ts'
import type { Schedule } from './stack/schedule.ts'
import type { SimulatedClock } from './clock/simulated-clock.ts'

export type LoopOptions = {
  readonly clock: SimulatedClock
  readonly schedules: readonly Schedule[]
  readonly sources: readonly EventSource[]
  readonly alarms: readonly Alarm[]
  readonly onAlarm: (event: AlarmEvent) => void
  /** Plays what a person or a script does at this moment. Called before anything else that is due. */
  readonly onTurn: () => Promise<void>
  /** Other calls under way, those made by rules, by scripts and over HTTP. */
  readonly otherActive: () => number
  /** Resolves when an invocation has ended, or soon. */
  readonly activity: () => Promise<void>
  /**
   * Everything that could run has run. `nextDueAt` is the next event known, epoch milliseconds.
   * @returns the moment to step to, or `stop`
   */
  readonly onIdle: (nextDueAt: number | undefined) => Promise<number | 'stop'>
  readonly signal: AbortSignal
}

/** Runs the stack: starts what is due, and moves the clock on when nothing is. */
export const runLoop = async (options: LoopOptions): Promise<void> => {
  const { clock, schedules, sources, alarms, signal } = options
  const work = workload(clock)
  while (!signal.aborted) {
    await options.onTurn()
    if (await startDue(options)) continue
    const busy = [...schedules, ...sources].some((part) => part.active() > 0) || options.otherActive() > 0
    if (busy) {
      work.goesOn()
      await options.activity()
      continue
    }
    work.isDone()
    const times = [...schedules, ...sources, ...alarms].flatMap((part) => part.nextDueAt() ?? [])
    const next = await options.onIdle(times.length === 0 ? undefined : Math.min(...times))
    if (next === 'stop') return
    const wait = Math.min(clock.realMsUntil(next), LOOK_EVERY_MS)
    if (wait > 0) await pause(wait, signal)
    else clock.stepTo(next)
  }
}

/** Work that takes longer is waited for, milliseconds of real time. */
const PATIENCE_MS = 300

/** A clock that flies would leave long work behind, and every candle would look late: while some is under way it runs at real rate. */
const workload = (clock: SimulatedClock) => {
  let since: number | undefined
  let letGo: (() => void) | undefined
  return {
    goesOn: (): void => {
      since ??= performance.now()
      if (clock.speed !== 'max' && performance.now() - since > PATIENCE_MS) letGo ??= clock.holdRealRate()
    },
    isDone: (): void => {
      since = undefined
      letGo?.()
      letGo = undefined
    },
  }
}

/** How often the queues are looked at while nothing is due: somebody outside may have sent a message. */
const LOOK_EVERY_MS = 50

const startDue = async ({ schedules, sources, alarms, onAlarm }: LoopOptions): Promise<boolean> => {
  let started = false
  for (const schedule of schedules) started = schedule.dispatch() || started
  for (const alarm of alarms) {
    const event = alarm.evaluate()
    if (event !== undefined) onAlarm(event)
  }
  for (const source of sources) started = (await source.dispatch()) || started
  return started
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    function end(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })

/** Lets the loop wait until something has ended: what ended just before counts too. `fallbackMs` bounds the wait. */
export const activitySignal = (fallbackMs: number) => {
  let ended = false
  let wake: (() => void) | undefined
  return {
    notify: (): void => {
      ended = true
      wake?.()
    },
    wait: async (): Promise<void> => {
      if (!ended) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, fallbackMs)
        wake = resolve
        await promise
        clearTimeout(timer)
        wake = undefined
      }
      ended = false
    },
  }
}
