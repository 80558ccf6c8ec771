import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { dropEndpointOverrides } from './aws-clients.ts'
import { listenForCallback } from './callback-listener.ts'
import { CommandFailed, type CommandDeps } from './command.ts'
import { configOf, findConfig } from './find-config.ts'
import { openDatabase } from './open-database.ts'
import { openPipeline } from './open-pipeline.ts'
import { printTo } from './print-to.ts'
import { runCli } from './run-cli.ts'

const root = resolve(import.meta.dirname, '..')
const { env } = process

const readFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new CommandFailed(`${path} cannot be read: ${code}`, { cause })
  }
}

const readLine: CommandDeps['readLine'] = async (prompt) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY })
  try {
    // Without the second, an input that has ended would be waited for for ever.
    return await Promise.race([lines.question(prompt), new Promise<undefined>((ended) => lines.once('close', () => ended(undefined)))])
  } finally {
    lines.close()
  }
}

const remark = printTo(process.stderr)
const dropped = dropEndpointOverrides(env)
if (dropped.length > 0) await remark(`kite: ${dropped.join(', ')} is not used: --data DIR names a local stack\n`)

process.exitCode = await runCli(process.argv.slice(2), {
  print: printTo(process.stdout),
  remark,
  openDatabase: (dataDir) => openDatabase(dataDir, { env, clock: Date.now, migrationsDir: resolve(root, 'supabase/migrations') }),
  loadConfig: (dataDir) => findConfig(dataDir, env, root),
  openPipeline: (options) =>
    openPipeline(options, { env, clock: Date.now, fetch, loadConfig: (replayDir) => configOf(replayDir, env, root) }),
  readFile,
  readLine,
  listen: async (callback) => {
    // Loaded only here: it brings much with it.
    const { selfSignedCertificate } = await import('./certificate.ts')
    return listenForCallback(callback, await selfSignedCertificate(Date.now()))
  },
})
