/** The time that the page lives in, epoch milliseconds: that of the stack on this machine, which may fly, or the real one. */
export type PageClock = {
  readonly now: () => number
  /** Simulated seconds in a real second. */
  readonly speed: () => number
  /** What the stack said its time is. */
  readonly set: (now: number, speed: number | 'max') => void
}

/** Between two words of the stack its clock is taken to run on, but never back. `monotonic`: real milliseconds. */
export const pageClock = (realNow: () => number, monotonic: () => number): PageClock => {
  let told: { readonly now: number; readonly at: number; readonly speed: number } | undefined
  let shown = 0
  return {
    now: () => {
      if (told === undefined) return realNow()
      shown = Math.max(shown, told.now + (monotonic() - told.at) * told.speed)
      return shown
    },
    speed: () => told?.speed ?? 1,
    set: (now, speed) => {
      // At full speed the clock stands still between its steps.
      told = { now, at: monotonic(), speed: speed === 'max' ? 0 : speed }
      // A little ahead is waited for; a clock that was set back is followed.
      if (shown - now > BACKWARDS) shown = now
    },
  }
}

const BACKWARDS = 10 * 60_000
