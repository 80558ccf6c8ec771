import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import { dropEndpointOverrides } from './aws-clients.ts'
import { listenForCallback } from './callback-listener.ts'
import { configOf, findConfig } from './find-config.ts'
import { readMigrations } from './migrate/migration.ts'
import { openDatabase } from './open-database.ts'
import { openPipeline } from './open-pipeline.ts'
import { printTo } from './print-to.ts'
import { readLineFrom, readPastedFrom } from './read-line.ts'
import { readTextFile } from './read-text-file.ts'
import { readTokenFile } from './read-token-file.ts'
import { runCli } from './run-cli.ts'
import { runTool } from './run-tool.ts'

const root = resolve(import.meta.dirname, '..')
const { env } = process
const migrationsDir = resolve(root, 'supabase/migrations')

const terminal = { input: process.stdin, output: process.stderr, isTerminal: isatty(process.stdin.fd) }
const remark = printTo(process.stderr)
const dropped = dropEndpointOverrides(env)
if (dropped.length > 0) await remark(`kite: ${dropped.join(', ')} is not used: --data DIR names a local stack\n`)

process.exitCode = await runCli(process.argv.slice(2), {
  print: printTo(process.stdout),
  remark,
  openDatabase: (dataDir) => openDatabase(dataDir, { env, clock: Date.now, migrationsDir }),
  loadConfig: (dataDir) => findConfig(dataDir, env, root),
  openPipeline: (options) =>
    openPipeline(options, { env, clock: Date.now, fetch, loadConfig: (replayDir) => configOf(replayDir, env, root) }),
  readFile: readTextFile,
  readTokenFile,
  readLine: (prompt) => readLineFrom(terminal, prompt, true),
  readPasted: (prompt) => readPastedFrom(terminal, prompt),
  readSecret: (prompt) => readLineFrom(terminal, prompt, false),
  hasTerminal: terminal.isTerminal,
  env,
  fetch,
  migrations: () => readMigrations(migrationsDir),
  openMigrationBook: async (connection) => {
    // Loaded only here: nothing else speaks to Postgres itself.
    const { openPostgresBook } = await import('./migrate/postgres-book.ts')
    return openPostgresBook(connection)
  },
  runTool: (name, args, variables) => runTool(name, args, { cwd: root, env: { ...env, ...variables } }),
  listen: async (callback) => {
    // Loaded only here: it brings much with it.
    const { selfSignedCertificate } = await import('./certificate.ts')
    return listenForCallback(callback, await selfSignedCertificate(Date.now()))
  },
})
