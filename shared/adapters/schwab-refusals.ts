import { RateLimited, SchwabUnavailable } from '../domain/errors.ts'
import type { SchwabAnswer } from './schwab-call.ts'

/** Schwab counts calls by the minute, so there is no sense in a longer wait; a wrong header shall not stop a queue for a day. */
const LONGEST_WAIT_SECONDS = 600

/** The wait that the header asks for, in whole seconds, whether it is written as seconds or as a date; undefined where it asks for none. */
export const retryAfterSeconds = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return Number.isFinite(seconds) ? Math.min(LONGEST_WAIT_SECONDS, Math.max(0, Math.ceil(seconds))) : undefined
}

export const rateLimited = ({ endpoint, headers }: SchwabAnswer, now: number): RateLimited =>
  new RateLimited(`${endpoint}: Schwab answered 429`, { retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), now) })

/** An answer as Schwab gives it in an outage. */
export const unavailable = ({ endpoint, status, headers }: SchwabAnswer, why: string, now: number): SchwabUnavailable =>
  new SchwabUnavailable(`${endpoint}: Schwab answered ${status} ${why}`, {
    retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), now),
  })
