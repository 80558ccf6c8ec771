import type { Log } from '../domain/log-events.ts'

/** One JSON object a line on standard output, which is where Lambda collects logs. */
export const jsonLog =
  (common: { readonly function: string }, write: (line: string) => void = (line) => process.stdout.write(line)): Log =>
  (event, fields = {}) =>
    write(`${JSON.stringify({ event, at: new Date().toISOString(), ...common, ...fields })}\n`)

/** What of a failure may be logged: its stable code and message, never its cause's body. */
export const describeError = (error: unknown): { readonly error: string; readonly message: string; readonly cause?: string } => {
  if (!(error instanceof Error)) return { error: 'UNKNOWN', message: 'something that is not an Error was thrown' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return error.cause instanceof Error
    ? { error: code, message: error.message, cause: `${error.cause.name}: ${error.cause.message}` }
    : { error: code, message: error.message }
}
