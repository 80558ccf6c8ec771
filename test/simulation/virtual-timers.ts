import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'

/** Whose code is running: its timers are virtual. */
export type TimeKeeper = { readonly setTimer: (run: () => void, ms: number) => { cancelled: boolean } }

const keepers = new AsyncLocalStorage<TimeKeeper>()
const real = { setTimeout: timers.setTimeout, clearTimeout: timers.clearTimeout }
const realTimeout = AbortSignal.timeout.bind(AbortSignal)
const handles = new WeakSet<object>()

/** Runs code whose `setTimeout` and `clearTimeout` are the keeper's, and those of all that it calls, whenever that runs. */
export const keptBy = <Result>(keeper: TimeKeeper, run: () => Result): Result => keepers.run(keeper, run)

const setTimeout = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
  const keeper = keepers.getStore()
  if (keeper === undefined) return real.setTimeout(run, ms, ...args)
  const handle = keeper.setTimer(() => keepers.run(keeper, () => run(...args)), ms)
  handles.add(handle)
  return handle
}

const clearTimeout = (handle: unknown): void => {
  if (typeof handle === 'object' && handle !== null && handles.has(handle)) (handle as { cancelled: boolean }).cancelled = true
  else real.clearTimeout(handle as NodeJS.Timeout)
}

const abortAfter = (ms: number): AbortSignal => {
  const keeper = keepers.getStore()
  if (keeper === undefined) return realTimeout(ms)
  const controller = new AbortController()
  keeper.setTimer(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms)
  return controller.signal
}

/** Replaces the timers of this process by ones that are real for everybody but the simulation. @returns what puts the real ones back */
export const installTimers = (): (() => void) => {
  use({ setTimeout, clearTimeout } as unknown as typeof real, abortAfter)
  return () => use(real, realTimeout)
}

const use = (functions: typeof real, timeout: typeof realTimeout): void => {
  Object.assign(timers, functions)
  Object.assign(globalThis, functions)
  AbortSignal.timeout = timeout
  syncBuiltinESMExports()
}
