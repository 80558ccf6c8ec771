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

/**
 * What of a failure may be logged: its stable code and message, and of what lies beneath only the codes or names. Foreign messages may
 * quote what they complain of: a header that cannot be sent is quoted with its token.
 */
export const describeError = (error: unknown): { readonly error: string; readonly message: string; readonly cause?: string } => {
  if (!(error instanceof Error)) return { error: 'UNKNOWN', message: 'something that is not an Error was thrown' }
  const cause = causesOf(error).map(codeOf).join(' < ')
  return { error: codeOf(error), message: error.message, ...(cause !== '' && { cause }) }
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name)

const MAX_DEPTH = 5
const causesOf = (error: Error, depth = 0): readonly Error[] =>
  error.cause instanceof Error && depth < MAX_DEPTH ? [error.cause, ...causesOf(error.cause, depth + 1)] : []
