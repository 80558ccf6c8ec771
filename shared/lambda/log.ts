import type { Log } from '../domain/log-events.ts'

/** One JSON object a line on standard output, which is where Lambda collects logs. */
export const jsonLog =
  (common: { readonly function: string }, write: (line: string) => void = (line) => process.stdout.write(line)): Log =>
  (event, fields = {}) =>
    write(`${JSON.stringify({ event, at: new Date().toISOString(), ...common, ...fields })}\n`)

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
