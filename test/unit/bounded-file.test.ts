import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boundedFile } from '../../local/bounded-file.ts'

describe('a file with a bound', () => {
  let dir: string
  let path: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bounded-file-'))
    path = join(dir, 'log')
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  const never = (code: string): void => expect.fail(code)

  it('goes on at the end of what is there', () => {
    writeFileSync(path, 'before\n')
    const file = boundedFile(path, { maxBytes: 1000, onGivenUp: never })
    file.write('after\n')
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n')
  })

  it('is set aside while it is written, and takes at most about twice its bound', () => {
    const file = boundedFile(path, { maxBytes: 1000, onGivenUp: never })
    for (let line = 0; line < 500; line++) file.write(`${String(line).padStart(9)}\n`)
    file.close()
    const lines = [`${path}.1`, path].flatMap((name) => readFileSync(name, 'utf8').trimEnd().split('\n'))
    expect(lines.length).toBeLessThanOrEqual(202)
    expect(lines.map(Number)).toEqual(Array.from(lines, (_, index) => 500 - lines.length + index))
  })

  it.skipIf(!existsSync('/dev/full'))('gives up once on a full disk, and lets its writer go on', () => {
    const given: string[] = []
    const file = boundedFile('/dev/full', { maxBytes: 1000, onGivenUp: (code) => given.push(code) })
    file.write('x\n')
    file.write('y\n')
    file.close()
    expect(given).toEqual(['ENOSPC'])
  })

  it('gives up where it cannot be made', () => {
    const given: string[] = []
    const file = boundedFile(join(dir, 'nowhere', 'log'), { maxBytes: 1000, onGivenUp: (code) => given.push(code) })
    file.write('x\n')
    file.close()
    expect(given).toEqual(['ENOENT'])
  })
})
