import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readLineFrom, readPastedFrom } from '../../cli/read-line.ts'

/** A terminal as a program sees it, and all that appears on it. */
const terminal = (isTerminal: boolean) => {
  let seen = ''
  const input = new PassThrough()
  const output = new PassThrough().on('data', (text) => (seen += String(text)))
  return { input, output, isTerminal, seen: () => seen }
}

describe('a question at the terminal', () => {
  it('shows neither the secret that is typed nor its length', async () => {
    const { input, seen, ...rest } = terminal(true)
    const answer = readLineFrom({ input, ...rest }, 'Its secret: ', false)
    for (const key of ['m', 'a', 'r', 'x', '\u007f', 'k', 'ed', '\r']) input.write(key)
    expect(await answer).toBe('marked')
    expect(seen()).toBe('Its secret: \n')
  })

  it('shows what is typed when it is no secret', async () => {
    const { input, seen, ...rest } = terminal(true)
    const answer = readLineFrom({ input, ...rest }, 'URL: ', true)
    input.write('https://x\r')
    expect(await answer).toBe('https://x')
    expect(seen()).toContain('https://x')
  })

  it.each([true, false])('has no answer when Ctrl-C is pressed, shown: %s', async (isShown) => {
    const at = terminal(true)
    const answer = readLineFrom(at, '? ', isShown)
    at.input.write('half\u0003')
    expect(await answer).toBeUndefined()
  })

  it('has no answer at the end of the input', async () => {
    const at = terminal(false)
    at.input.end()
    expect(await readLineFrom(at, '? ', true)).toBeUndefined()
  })
})

describe('a paste at the terminal', () => {
  it('is taken whole when it has line breaks, whether it ends with one or by the Enter of the person', async () => {
    for (const [piece, ...keys] of [['https://x/?code=\rC0.abc\r&state=s\r'], ['https://x/?code=\rC0.abc\r&state=s', '\r']]) {
      const at = terminal(true)
      const answer = readPastedFrom(at, 'Paste: ')
      at.input.write(piece)
      for (const key of keys) setImmediate(() => at.input.write(key))
      expect((await answer)?.replaceAll('\n', '')).toBe('https://x/?code=C0.abc&state=s')
    }
  })

  it('is one line of a pipe, and nothing at its end', async () => {
    const at = terminal(false)
    at.input.end('https://x\n')
    expect(await readPastedFrom(at, '? ')).toBe('https://x')
    const empty = terminal(false)
    empty.input.end()
    expect(await readPastedFrom(empty, '? ')).toBeUndefined()
  })
})
