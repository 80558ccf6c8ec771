import { PipelineError } from '../domain/errors.ts'
import { MINUTE } from '../domain/time.ts'

/** How long a failing message is tried: longer than an hour in which Supabase or Schwab is down. */
export const LONGEST_TRY = 90 * MINUTE
/** No message is tried again sooner: the next tick plans a live window anyway, and a try may cost a call to Schwab. */
const SHORTEST_WAIT = 2 * MINUTE
const LONGEST_WAIT = 10 * MINUTE

/** Tries are bounded by time: how often SQS has handed a message out says nothing of how long its trouble lasts. Epoch milliseconds. */
export const isGivenUp = (firstTry: number, now: number): boolean => now - firstTry > LONGEST_TRY

/** Seconds until the next try: as long as the message has been tried so far, between two minutes and ten, or what was asked for if that is longer. */
export const nextTryAfter = (firstTry: number, now: number, reason: unknown): number => {
  const asked = reason instanceof PipelineError ? (reason.retryAfterSeconds ?? 0) : 0
  const wait = Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, now - firstTry))
  return Math.max(asked, Math.ceil(wait / 1000))
}
