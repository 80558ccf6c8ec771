/** The time that the page lives in, epoch milliseconds: that of the stack on this machine, which may fly, or the real one. */
export type PageClock = {
  readonly now: () => number
  /** What the stack said its time is, and how fast that goes at the moment. */
  readonly set: (now: number, rate: number | 'max') => void
  /** A line of this minute has just been written, so it is about that time: a viewer's clock may be wrong by minutes. */
  readonly correct: (minute: number) => void
}

/** Between two words of the stack its clock is taken to run on, but never back. `monotonic`: real milliseconds. */
export const pageClock = (realNow: () => number, monotonic: () => number): PageClock => {
  let told: { readonly now: number; readonly at: number; readonly rate: number } | undefined
  let shown = 0
  let wrongBy = 0
  return {
    now: () => {
      if (told === undefined) return realNow() - wrongBy
      shown = Math.max(shown, told.now + (monotonic() - told.at) * told.rate)
      return shown
    },
    correct: (minute) => {
      const ahead = realNow() - minute
      wrongBy = ahead > USUAL.most || ahead < USUAL.least ? ahead - USUAL.written : 0
    },
    set: (now, rate) => {
      // At full speed the clock stands still between its steps.
      told = { now, at: monotonic(), rate: rate === 'max' ? 0 : rate }
      // A little ahead is waited for; a clock that was set back is followed.
      if (shown - now > BACKWARDS) shown = now
    },
  }
}

const BACKWARDS = 10 * 60_000

/** So long after its minute a line is written, and read at the least and at the most. */
const USUAL = { written: 15_000, least: -15_000, most: 150_000 }
