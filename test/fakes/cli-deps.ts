import type { CommandDeps, Database } from '../../cli/command.ts'
import type { PipelineConfig } from '../../shared/domain/pipeline-config.ts'

export const CONFIG: PipelineConfig = {
  tickers: ['QQQ', 'BRK/B'],
  requestsPerMinute: 120,
  backfillPerMinute: 20,
  overlapMinutes: 3,
  horizonDays: 30,
  concurrency: 5,
  closures: [],
  onlySessions: undefined,
}

/** Collects what a command prints. A command that opens a database where none is given fails. */
export const cliDeps = (database?: Database): CommandDeps & { readonly printed: () => string; readonly remarked: () => string } => {
  const printed: string[] = []
  const remarked: string[] = []
  return {
    print: async (text) => void printed.push(text),
    remark: async (text) => void remarked.push(text),
    openDatabase: async () => {
      if (database === undefined) throw new Error('this command was to open no database')
      return database
    },
    loadConfig: () => CONFIG,
    printed: () => printed.join(''),
    remarked: () => remarked.join(''),
  }
}
