import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freshCounters, freshRunState, loadRunState, runStateFile } from '../../local/run-state.ts'

describe('the state of a run', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'run-state-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const state = {
    ...freshRunState('a market', 1_549_904_400_000),
    span: 2,
    seconds: 12.5,
    counters: { ...freshCounters(), jobs: 7 },
    scriptTaken: 3,
    tickers: { added: ['NVDA'], removed: ['QQQ'] },
  }

  it('is not there in a new directory', () => {
    expect(loadRunState(dir)).toBeUndefined()
  })

  it('is what was saved last, even when it has become shorter', () => {
    const file = runStateFile(dir)
    file.save({ ...state, seconds: 123.456_789 })
    file.save(state)
    file.close()
    expect(loadRunState(dir)).toEqual(state)
  })

  it('begins a script and the list of tickers anew when an older stack wrote it', () => {
    const { scriptTaken: _taken, tickers: _tickers, ...older } = state
    writeFileSync(join(dir, 'run.json'), JSON.stringify(older))
    expect(loadRunState(dir)).toEqual({ ...state, scriptTaken: 0, tickers: { added: [], removed: [] } })
  })

  it('outlasts the next opening, before anything is saved', () => {
    const first = runStateFile(dir)
    first.save(state)
    first.close()
    runStateFile(dir).close()
    expect(loadRunState(dir)).toEqual(state)
  })

  it('is not there when a stack was killed before its first step', () => {
    runStateFile(dir).close()
    expect(loadRunState(dir)).toBeUndefined()
  })

  it('is one line of the same length whatever it holds', () => {
    const file = runStateFile(dir)
    file.save(state)
    const before = readFileSync(join(dir, 'run.json'))
    file.save({ ...state, now: 5, span: 123_456 })
    file.close()
    expect(readFileSync(join(dir, 'run.json'))).toHaveLength(before.length)
  })

  it.each(['{"now":', '{"now":"noon"}', 'hello'])('is refused with the way out when the file holds %s', (text) => {
    writeFileSync(join(dir, 'run.json'), text)
    expect(() => loadRunState(dir)).toThrow(/run\.json is damaged: .*start anew with another --data/)
  })

  it.each([
    ['is empty', () => writeFileSync(join(dir, 'run.json'), '')],
    ['is empty', () => writeFileSync(join(dir, 'run.json'), '\0'.repeat(4096))],
    ['is missing', () => rmSync(join(dir, 'run.json'), { force: true })],
  ])('is not begun anew over what a run has stored when it %s', (what, damage) => {
    mkdirSync(join(dir, 'aws'))
    damage()
    expect(() => loadRunState(dir)).toThrow(`run.json is damaged: it ${what}`)
  })
})
