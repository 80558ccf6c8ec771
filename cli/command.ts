import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import type { Clock } from '../shared/ports.ts'
import type { CallbackListener } from './callback-listener.ts'
import type { WorldOptions } from './find-world.ts'
import type { Connection } from './migrate/connection.ts'
import type { Migration, MigrationBook } from './migrate/migration.ts'
import type { Pipeline } from './pipeline.ts'
import type { Reader } from './reader.ts'
import type { ToolRun } from './run-tool.ts'

/** Takes a piece of text; done when it has been handed on, so that a slow reader slows the writer. Fails with OutputClosed. */
export type Print = (text: string) => Promise<void>

/** Where a command reads from. */
export type Database = {
  readonly reader: Reader
  /** The time of the pipeline that fills it, simulated or real. */
  readonly clock: Clock
  readonly close: () => Promise<void>
}

/** What a command may use of the world. */
export type CommandDeps = {
  /** Only data, so that it can be piped. */
  readonly print: Print
  /** Remarks for the person who looks on. */
  readonly remark: Print
  /** `dataDir`: the state of a local stack; undefined: the hosted project of the environment, else `.kite`. Fails with CommandFailed. */
  readonly openDatabase: (dataDir: string | undefined) => Promise<Database>
  /** The pipeline.yml that is in force there. Fails with CommandFailed. */
  readonly loadConfig: (dataDir: string | undefined) => PipelineConfig
  /** The running pipeline that is meant. Fails with CommandFailed or UsageError. */
  readonly openPipeline: (options: WorldOptions) => Promise<Pipeline>
  /** The text of a file. Fails with CommandFailed. */
  readonly readFile: (path: string) => string
  /** The same for a token file, which may be a database. Fails with CommandFailed. */
  readonly readTokenFile: (path: string) => Promise<string>
  /** The next line that the person writes; undefined at the end of the input. */
  readonly readLine: (prompt: string) => Promise<string | undefined>
  /** The same for what may have line breaks in it, as a long address that was copied from where it was wrapped. */
  readonly readPasted: (prompt: string) => Promise<string | undefined>
  /** The same, but what is written is not shown. */
  readonly readSecret: (prompt: string) => Promise<string | undefined>
  /** Whether there is a person who could answer. */
  readonly hasTerminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof fetch
  /** The migrations of this checkout, oldest first. */
  readonly migrations: () => readonly Migration[]
  /** Connects to a database. Fails with CommandFailed. */
  readonly openMigrationBook: (connection: Connection) => Promise<MigrationBook>
  /** Runs another program in the project's folder. `variables`: for its environment, besides ours. */
  readonly runTool: (name: string, args: readonly string[], variables: Readonly<Record<string, string>>) => Promise<ToolRun>
  /** Waits on this machine for the browser that comes back from Schwab. Fails with CommandFailed when the port is taken. */
  readonly listen: (callback: URL) => Promise<CallbackListener>
}

/** What a command is for. */
export type CommandGroup = 'install' | 'see' | 'repair' | 'play'

export type Command = {
  readonly name: string
  readonly group: CommandGroup
  /** One line for the list of commands. */
  readonly summary: string
  readonly help: string
  /** @returns the exit code. Fails with UsageError or CommandFailed. */
  readonly run: (args: readonly string[], deps: CommandDeps) => Promise<number>
}

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command cannot do what it was asked; the message says why in one line. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** Whoever read the output has gone, as `head` does. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}
