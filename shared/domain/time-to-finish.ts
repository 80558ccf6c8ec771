import { OutOfTime } from './errors.ts'

/** As long as Secrets Manager may take to store a token, milliseconds, and a second to say what came of it. */
const STORING = 9_000
/** As long as Schwab may take to answer, and then the storing; and what a handler keeps back of its time. */
const EXCHANGE = 8_000 + STORING + 2_000

/** Milliseconds until this process may be stopped. */
type Timed = { readonly timeLeft: () => number }

/**
 * Before a refresh or the exchange of a code. Either may end the refresh token that is stored: cut off, it would leave none that lives.
 * Fails with OutOfTime.
 */
export const requireTimeToExchange = ({ timeLeft }: Timed): void => {
  if (timeLeft() < EXCHANGE) throw new OutOfTime('too little time is left to ask Schwab for a token and to store it')
}

/** Before a token is stored. Fails with OutOfTime. */
export const requireTimeToStore = ({ timeLeft }: Timed): void => {
  if (timeLeft() < STORING) throw new OutOfTime('too little time is left to store the token')
}
