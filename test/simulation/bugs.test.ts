import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BUGS } from './bugs.ts'
import { HELP, readOptions } from './options.ts'
import { runBugs } from './run-bugs.ts'

const ROOT = resolve(import.meta.dirname, '../..')

describe('the deliberate bugs', () => {
  it.each(BUGS)('have their place in the source: $name', ({ edits }) => {
    for (const { file, find, put } of edits) {
      expect(readFileSync(resolve(ROOT, file), 'utf8').split(find), file).toHaveLength(2)
      expect(put).not.toBe(find)
    }
  })

  it('are found within a few seeds, and the rule that they break is named', async () => {
    const names = ['acknowledged before parked', 'redriver deletes before it sends']
    const results = await runBugs(names, 30, () => undefined)
    expect(results.map(({ bug, found }) => [bug.name, found?.rule])).toEqual(names.map((name) => [name, 'no work is lost']))
  })
})

describe('the arguments of the simulator', () => {
  it('choose what is played', () => {
    expect(readOptions([])).toEqual({ mode: 'seeds', from: 1, count: 1000, coverage: false, sql: false })
    expect(readOptions(['--seed', '7'])).toEqual({ mode: 'seed', seed: 7, trace: false, sql: false })
    expect(readOptions(['--seeds', '20', '--from', '5'])).toEqual({ mode: 'seeds', from: 5, count: 20, coverage: false, sql: false })
    expect(readOptions(['--bugs', 'no overlap'])).toEqual({ mode: 'bugs', only: 'no overlap', most: 2000 })
    expect(readOptions(['--help'])).toEqual({ mode: 'help' })
    expect(HELP).toContain('--coverage')
  })

  it.each([
    [['--seed', 'x'], /--seed x: write a whole number from 0 on/],
    [['--seeds', '0'], /--seeds 0: write a whole number from 1 on/],
    [['--seed', '1', '--from', '2'], /--seed for one/],
    [['--bugs', '--sql'], /made in the model/],
    [['7'], /7 is not an option/],
    [['--sed'], /--sed/],
  ])('say what is wrong with %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })
})
