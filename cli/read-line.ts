import { createInterface } from 'node:readline/promises'
import { PassThrough } from 'node:stream'

/** Where a person writes, and where they see it. */
export type Terminal = {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  /** Whether the input is a terminal, and no file or pipe. */
  readonly isTerminal: boolean
}

/** Asks and takes the next line; undefined at the end of the input. `isShown`: whether the person sees what they write. */
export const readLineFrom = async (
  { input, output, isTerminal }: Terminal,
  prompt: string,
  isShown: boolean,
): Promise<string | undefined> => {
  // A terminal shows nothing by itself while it is read key by key: only what readline writes, and that may go nowhere.
  const shown = isShown || !isTerminal ? output : new PassThrough().resume()
  if (shown !== output) output.write(prompt)
  const lines = createInterface({ input, output: shown, terminal: isTerminal })
  const ended = new Promise<undefined>((done) => lines.once('close', () => done(undefined)))
  try {
    // Without the second, an input that has ended would be waited for for ever. Ctrl-C at a terminal fails the first.
    return await Promise.race([lines.question(shown === output ? prompt : '').catch(() => undefined), ended])
  } finally {
    lines.close()
    if (shown !== output) output.write('\n')
  }
}
