import { codeOf, shownError } from '../domain/foreign-error.ts'
import type { Log } from '../domain/log-events.ts'
import { metricsOf } from '../domain/metrics.ts'
import { toIso } from '../domain/time.ts'
import { embedMetrics } from './embed-metrics.ts'

/**
 * One JSON object a line on standard output, which is where Lambda collects logs. The line of an event that has metrics is also what
 * publishes them.
 * @param stage the dimension of every metric
 */
export const jsonLog =
  (
    common: { readonly function: string },
    write: (line: string) => void = (line) => process.stdout.write(line),
    stage: string = process.env['STAGE'] ?? 'unknown',
  ): Log =>
  (event, fields = {}) => {
    const now = Date.now()
    write(`${JSON.stringify({ event, at: toIso(now), ...common, ...fields, ...embedMetrics(metricsOf(event, fields), now, stage) })}\n`)
  }

type Described = { readonly error: string; readonly message?: string; readonly cause?: string; readonly frames?: readonly string[] }

/** What of a failure may be logged: its code, our own words or the stack frames, and of what lies beneath only the codes. */
export const describeError = (error: unknown): Described => {
  const { code, message, frames } = shownError(error)
  const cause = error instanceof Error ? causesOf(error).map(codeOf).join(' < ') : ''
  return {
    error: code,
    ...(message !== undefined && { message }),
    ...(cause !== '' && { cause }),
    ...(frames.length > 0 && { frames: frames.slice(0, MAX_FRAMES) }),
  }
}

const MAX_FRAMES = 8

const MAX_DEPTH = 5
const causesOf = (error: Error, depth = 0): readonly Error[] =>
  error.cause instanceof Error && depth < MAX_DEPTH ? [error.cause, ...causesOf(error.cause, depth + 1)] : []
