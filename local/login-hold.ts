import type { SimulatedClock } from './clock/simulated-clock.ts'

/** A login goes at real rate: the code that Schwab hands out lives thirty seconds, for a person as for the clock. */
export type LoginHold = {
  /** Schwab shows its login page. */
  readonly begin: () => void
  /** The login has come to its end. */
  readonly end: () => void
}

/** Somebody who leaves the login page open holds the clock for no longer than this, real milliseconds. */
const LONGEST_MS = 120_000

export const loginHold = (clock: Pick<SimulatedClock, 'holdRealRate'>, longestMs = LONGEST_MS): LoginHold => {
  let timer: NodeJS.Timeout | undefined
  let letGo: (() => void) | undefined
  const end = (): void => {
    clearTimeout(timer)
    letGo?.()
    letGo = undefined
  }
  return {
    begin: () => {
      clearTimeout(timer)
      timer = setTimeout(end, longestMs)
      timer.unref()
      letGo ??= clock.holdRealRate()
    },
    end,
  }
}
