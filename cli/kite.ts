import { resolve } from 'node:path'
import { findConfig } from './find-config.ts'
import { openDatabase } from './open-database.ts'
import { printTo } from './print-to.ts'
import { runCli } from './run-cli.ts'

const root = resolve(import.meta.dirname, '..')
const { env } = process

process.exitCode = await runCli(process.argv.slice(2), {
  print: printTo(process.stdout),
  remark: printTo(process.stderr),
  openDatabase: (dataDir) => openDatabase(dataDir, { env, clock: Date.now, migrationsDir: resolve(root, 'supabase/migrations') }),
  loadConfig: (dataDir) => findConfig(dataDir, env, root),
})
