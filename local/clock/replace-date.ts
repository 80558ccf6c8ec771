/**
 * Preload (`node --import`) that puts a simulated clock under a process: `Date` answers from it, everything else is real.
 * The code that runs above knows nothing of it. Until the first `set` the time is the real one.
 */
const RealDate = Date
const realNow = Date.now
let now: () => number = realNow

class SimulatedDate extends RealDate {
  // The constructor of Date has more forms than these; all but the empty one are handed on as they are.
  constructor(...values: [] | [number]) {
    if (values.length === 0) super(now())
    else super(...values)
  }

  static override now(): number {
    return now()
  }
}

/** `Date()` without `new` is a string of the current time. */
Object.defineProperty(globalThis, 'Date', {
  value: new Proxy(SimulatedDate, { apply: () => new SimulatedDate().toString() }),
  writable: true,
  configurable: true,
})

/** Where the process's own code finds the switch. */
export const CLOCK = Symbol.for('alpha-kite.clock')

export type ClockSwitch = {
  /** From now on `Date` answers what `source` says, epoch milliseconds. */
  readonly use: (source: () => number) => void
  /** From now on the time is `at` and runs on at real rate. */
  readonly set: (at: number) => void
  /** The real time, epoch milliseconds. */
  readonly real: () => number
}

const clockSwitch: ClockSwitch = {
  use: (source) => {
    now = source
  },
  set: (at) => {
    const startedAt = performance.now()
    now = () => Math.floor(at + (performance.now() - startedAt))
  },
  real: () => realNow.call(RealDate),
}

Object.defineProperty(globalThis, CLOCK, { value: clockSwitch, configurable: true })

/** The switch of this process. */
export const processClock = clockSwitch
