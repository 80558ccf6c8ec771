import { loadPipelineFile } from '../shared/adapters/pipeline-file.ts'
import type { Market } from './market.ts'
import type { RunState } from './run-state.ts'

/** The tickers of a run: those of the span that is played, with those that were added and without those that were removed. */
export type RunTickers = {
  readonly current: () => readonly string[]
  /** Writes the run's pipeline file. @returns its path @throws an Error saying what is wrong with it */
  readonly write: () => string
  /** Adds the ticker, or takes it away. @throws an Error saying why that cannot be; the run then stays as it is */
  readonly change: (ticker: string, how: 'added' | 'removed') => void
}

export const runTickers = (market: Pick<Market, 'tickers' | 'pipelineFile'>, state: RunState, dir: string): RunTickers => {
  const current = (): readonly string[] => {
    const { added, removed } = state.tickers
    return [...new Set([...market.tickers(state.span), ...added])].filter((ticker) => !removed.includes(ticker))
  }
  const write = (): string => {
    const path = market.pipelineFile(dir, current())
    loadPipelineFile(path)
    return path
  }
  return {
    current,
    write,
    change: (ticker, how) => {
      const before = state.tickers
      const without = (list: readonly string[]): string[] => list.filter((other) => other !== ticker)
      state.tickers = { added: without(before.added), removed: without(before.removed) }
      state.tickers[how].push(ticker)
      try {
        write()
      } catch (error) {
        state.tickers = before
        write()
        throw error
      }
    },
  }
}
