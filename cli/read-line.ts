import { createInterface, type Interface } from 'node:readline/promises'
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
  try {
    return await ask(lines, shown === output ? prompt : '')
  } finally {
    lines.close()
    if (shown !== output) output.write('\n')
  }
}

/** The same for a paste, which at a terminal may have several lines: they come in one piece, the last perhaps without its end. */
export const readPastedFrom = async ({ input, output, isTerminal }: Terminal, prompt: string): Promise<string | undefined> => {
  const lines = createInterface({ input, output, terminal: isTerminal })
  const more: string[] = []
  try {
    const first = await ask(
      lines.on('line', (line) => more.push(line)),
      prompt,
    )
    if (first === undefined || !isTerminal) return first
    const last = lines.line === '' ? undefined : await ask(lines, '')
    return [first, ...more, last ?? ''].join('\n')
  } finally {
    lines.close()
  }
}

const ask = (lines: Interface, prompt: string): Promise<string | undefined> => {
  // Later than the answer to a last line that came in one piece with the end.
  const ended = new Promise<undefined>((done) => lines.once('close', () => setImmediate(done, undefined)))
  // Without the second, an input that has ended would be waited for for ever. Ctrl-C at a terminal fails the first.
  return Promise.race([lines.question(prompt).catch(() => undefined), ended])
}
