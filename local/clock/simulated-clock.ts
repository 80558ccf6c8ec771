/** Simulated seconds in a real second; `max`: time stands still while there is work and steps to the next due event when there is none. */
export type Speed = number | 'max'

export type SimulatedClock = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly speed: Speed
  /** Moves to `at` if that is later. */
  readonly stepTo: (at: number) => void
  /** Real milliseconds until `at` is reached; 0 when it has been, or when the clock can step there at once. */
  readonly realMsUntil: (at: number) => number
}

/** One clock for the whole stack, starting at `start` (epoch milliseconds). `monotonicMs` is real time. */
export const simulatedClock = (start: number, speed: Speed, monotonicMs: () => number = () => performance.now()): SimulatedClock => {
  let base = start
  let since = monotonicMs()
  const now = (): number => (speed === 'max' ? base : Math.floor(base + (monotonicMs() - since) * speed))
  return {
    now,
    speed,
    stepTo: (at) => {
      if (at <= now()) return
      base = at
      since = monotonicMs()
    },
    realMsUntil: (at) => (speed === 'max' ? 0 : Math.max(0, Math.ceil((at - now()) / speed))),
  }
}
