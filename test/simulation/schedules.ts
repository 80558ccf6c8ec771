import type { Ended } from './invocation.ts'
import type { Due } from './kernel.ts'
import type { Lives } from './lives.ts'
import type { World } from './world.ts'

export type ScheduledName = 'scheduler' | 'token-keeper' | 'redriver'

/** A function that its schedule calls; the times at which it said to have nothing to do are left out. */
export type Schedule = {
  /** Something has happened: it looks at its next time, whatever it said. */
  readonly wake: () => void
  /** When it looks next, epoch milliseconds. */
  readonly nextAt: () => number
}

const MINUTE = 60_000

export const schedule = (fn: ScheduledName, everyMinutes: number, lives: Lives, world: World): Schedule => {
  const { kernel, faults } = world
  const period = everyMinutes * MINUTE
  let due: Due | undefined
  let isWoken = false

  const plan = (time: number): void => {
    if (due !== undefined) due.cancelled = true
    due = kernel.at(Math.ceil(Math.max(time, kernel.now() + 1) / period) * period, tick)
  }
  const wake = (): void => {
    isWoken = true
    plan(kernel.now())
  }
  const tick = (): void => {
    isWoken = false
    plan(kernel.now())
    if (faults.active('missed-tick', fn) !== undefined) return
    lives.invoke(fn, {}, answered)
    if (faults.active('double-tick', fn) !== undefined) lives.invoke(fn, {}, answered)
  }
  const answered = (ended: Ended): void => {
    const { nextDueAt } = (ended.kind === 'returned' ? ended.value : {}) as { readonly nextDueAt?: string }
    if (!isWoken && nextDueAt !== undefined) plan(Date.parse(nextDueAt))
  }
  plan(kernel.now())
  return { wake, nextAt: () => due?.at ?? kernel.now() }
}
