import { PipelineError } from './errors.ts'

/** What of an error may be shown: `code` is its stable code, else its name; `message` only when the words are ours; `frames`: where it was thrown. */
export type ShownError = { readonly code: string; readonly message: string | undefined; readonly frames: readonly string[] }

/**
 * Messages of errors that are not ours quote what they complain of, whole: a header that cannot be sent with its key, a text that is no JSON
 * with its beginning. So they are never shown, anywhere; name, code and stack frames tell a developer as much.
 */
export const shownError = (error: unknown): ShownError => {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: undefined, frames: [] }
  if (error instanceof PipelineError) return { code: error.code, message: error.message, frames: [] }
  return { code: codeOf(error), message: undefined, frames: framesOf(error) }
}

/** A code or a name is an identifier; what is not is somebody's text. */
export const codeOf = (error: Error): string => {
  const code: unknown = 'code' in error ? error.code : undefined
  return [code, error.name].filter((text) => typeof text === 'string').find((text) => /^[\w.:-]{1,60}$/.test(text)) ?? 'UNKNOWN'
}

const FRAME = /^ {4}at (?:[^\s()]+ ){0,3}\(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^()]*:\d+:\d+\)?$/

/** The lines of the stack below the message, which may have lines of its own. */
const framesOf = ({ stack = '', message }: Error): readonly string[] => {
  const end = stack.indexOf(message)
  return stack
    .slice(end < 0 ? 0 : end + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .map((line) => line.trim())
}

/** Stands for an error that is not ours where somebody else prints what is thrown, as the Lambda runtime does. */
export class ForeignFailure extends Error {
  override readonly name = 'ForeignFailure'

  constructor({ code, frames }: ShownError) {
    super(`a failure that is not the pipeline's own: ${code}`)
    this.stack = [`${this.name}: ${this.message}`, ...frames.map((frame) => `    ${frame}`)].join('\n')
  }
}

/** What may be thrown to somebody who prints it. */
export const printable = (error: unknown): Error =>
  error instanceof PipelineError ? withoutCause(error) : new ForeignFailure(shownError(error))

/** The runtime prints the causes as well. */
const withoutCause = (error: PipelineError): PipelineError => {
  Reflect.deleteProperty(error, 'cause')
  return error
}
