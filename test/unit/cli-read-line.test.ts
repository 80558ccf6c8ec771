import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readLineFrom } from '../../cli/read-line.ts'

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
