import type { CallbackListener } from '../../cli/callback-listener.ts'
import type { CommandDeps, Database } from '../../cli/command.ts'
import type { Migration } from '../../cli/migrate/migration.ts'
import type { Pipeline } from '../../cli/pipeline.ts'
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

/** What a command is given of the world. What is left out it must not use. */
export type CliWorld = {
  readonly database?: Database | undefined
  readonly pipeline?: Pipeline | undefined
  readonly files?: Readonly<Record<string, string>>
  /** What the person answers to each question. */
  readonly readLine?: (prompt: string) => string | undefined
  /** The same for questions whose answers are not shown. */
  readonly readSecret?: (prompt: string) => string | undefined
  readonly hasTerminal?: boolean
  readonly env?: CommandDeps['env']
  readonly fetch?: typeof fetch
  readonly migrations?: readonly Migration[]
  readonly openMigrationBook?: CommandDeps['openMigrationBook']
  readonly runTool?: CommandDeps['runTool']
  readonly listener?: CallbackListener
}

/** Collects what a command prints. */
export const cliDeps = (world: CliWorld = {}): CommandDeps & { readonly printed: () => string; readonly remarked: () => string } => {
  const printed: string[] = []
  const remarked: string[] = []
  return {
    print: async (text) => void printed.push(text),
    remark: async (text) => void remarked.push(text),
    openDatabase: async () => given(world.database, 'database'),
    loadConfig: () => CONFIG,
    openPipeline: async () => given(world.pipeline, 'pipeline'),
    readFile: (path) => given(world.files?.[path], 'file'),
    readTokenFile: async (path) => given(world.files?.[path], 'file'),
    readLine: async (prompt) => given(world.readLine, 'question')(prompt),
    readPasted: async (prompt) => given(world.readLine, 'question')(prompt),
    readSecret: async (prompt) => given(world.readSecret, 'secret')(prompt),
    hasTerminal: world.hasTerminal ?? world.readLine !== undefined,
    env: world.env ?? {},
    fetch: (...call) => given(world.fetch, 'network')(...call),
    migrations: () => given(world.migrations, 'migrations'),
    openMigrationBook: async (connection) => given(world.openMigrationBook, 'other database')(connection),
    runTool: async (...call) => given(world.runTool, 'other program')(...call),
    listen: async () => given(world.listener, 'listener'),
    printed: () => printed.join(''),
    remarked: () => remarked.join(''),
  }
}

const given = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw new Error(`this command was to use no ${what}`)
  return value
}
