import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { writeRunConfig } from '../../local/config-file.ts'
import { freshRunState } from '../../local/run-state.ts'
import { runTickers } from '../../local/run-tickers.ts'

const CONFIG = {
  tickers: [],
  requestsPerMinute: 120,
  backfillPerMinute: 20,
  overlapMinutes: 3,
  horizonDays: 30,
  concurrency: 4,
  closures: ['2026-01-09'],
  onlySessions: undefined,
}

describe('the tickers of a run', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'run-tickers-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const setup = (dates?: readonly string[]) => {
    const state = freshRunState('a market', 0)
    const tickers = runTickers(
      {
        tickers: () => ['QQQ', 'SPY'],
        pipelineFile: (path, list) => writeRunConfig(path, CONFIG, { tickers: list, ...(dates !== undefined && { dates }) }),
      },
      state,
      dir,
    )
    return { state, tickers }
  }

  it('are those of the market, with the added and without the removed', () => {
    const { tickers, state } = setup()
    tickers.change('NVDA', 'added')
    tickers.change('QQQ', 'removed')
    expect(tickers.current()).toEqual(['SPY', 'NVDA'])
    tickers.change('QQQ', 'added')
    tickers.change('NVDA', 'removed')
    expect(tickers.current()).toEqual(['QQQ', 'SPY'])
    expect(state.tickers).toEqual({ added: ['QQQ'], removed: ['NVDA'] })
  })

  it('stand in the pipeline file that the functions read, with the rest of the project’s own', () => {
    const { tickers } = setup()
    tickers.change('NVDA', 'added')
    expect(loadPipelineFile(tickers.write())).toEqual({ ...CONFIG, tickers: ['QQQ', 'SPY', 'NVDA'] })
  })

  it('come with the days of a replay instead of the closures', () => {
    expect(loadPipelineFile(setup(['2019-02-12']).tickers.write())).toMatchObject({ closures: [], onlySessions: ['2019-02-12'] })
  })

  it('stay as they are when a change makes no sense', () => {
    const { tickers, state } = setup()
    expect(() => tickers.change('not a ticker', 'added')).toThrow(/not a ticker/)
    expect([tickers.current(), state.tickers]).toEqual([['QQQ', 'SPY'], { added: [], removed: [] }])
    expect(loadPipelineFile(join(dir, 'pipeline.yml')).tickers).toEqual(['QQQ', 'SPY'])
  })
})
