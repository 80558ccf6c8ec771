/** Simulated seconds in a real second; `max`: time stands still while there is work and steps to the next due event when there is none. */
export type Speed = number | 'max'

export type SimulatedClock = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly speed: Speed
  /** What it runs at now: slower than its speed while somebody holds it. */
  readonly rate: Speed
  /** From now on so many simulated seconds in a real one. A clock at full speed keeps it. */
  readonly setSpeed: (speed: number) => void
  /** Moves to `at` if that is later. */
  readonly stepTo: (at: number) => void
  /** Real milliseconds until `at` is reached; 0 when it has been, or when the clock can step there at once. */
  readonly realMsUntil: (at: number) => number
  /** Runs at real rate, whatever its speed, until everybody who holds it so has let go. @returns what lets go */
  readonly holdRealRate: () => () => void
}

/** One clock for the whole stack, starting at `start` (epoch milliseconds). `monotonicMs` is real time. */
export const simulatedClock = (start: number, speed: Speed, monotonicMs: () => number = () => performance.now()): SimulatedClock => {
  let base = start
  let since = monotonicMs()
  let chosen = speed
  let rate = speed
  const holders = new Set<symbol>()
  const now = (): number => (rate === 'max' ? base : Math.floor(base + (monotonicMs() - since) * rate))
  const setRate = (next: Speed): void => {
    base = now()
    since = monotonicMs()
    rate = next
  }
  return {
    now,
    get speed() {
      return chosen
    },
    get rate() {
      return rate
    },
    setSpeed: (next) => {
      if (chosen === 'max') return
      chosen = next
      if (holders.size === 0) setRate(next)
    },
    stepTo: (at) => {
      if (at <= now()) return
      base = at
      since = monotonicMs()
    },
    realMsUntil: (at) => (rate === 'max' ? 0 : Math.max(0, Math.ceil((at - now()) / rate))),
    holdRealRate: () => {
      const holder = Symbol('holder')
      holders.add(holder)
      setRate(1)
      return () => {
        if (holders.delete(holder) && holders.size === 0) setRate(chosen)
      }
    },
  }
}
