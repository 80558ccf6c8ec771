import { chmodSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseStartOptions, START_HELP, UsageError } from './options.ts'
import { runStack } from './run-stack.ts'
import { ScriptInvalid } from './script/parse-script.ts'
import { lockStateDir } from './state-lock.ts'

const main = async (): Promise<number> => {
  const options = parseStartOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(START_HELP)
    return 0
  }
  const data = resolve(options.data)
  // Tokens and keys are in it.
  process.umask(0o077)
  mkdirSync(data, { recursive: true })
  chmodSync(data, 0o700)
  const lock = await lockPatiently(data)
  if (lock === undefined) {
    process.stderr.write(`Another stack runs on ${data}. Stop it first, or give this one a directory of its own with --data.\n`)
    return 1
  }
  const stop = new AbortController()
  let isStarted = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  // What is kept on disk outlasts a kill, so a start need not come to its end first.
  stop.signal.addEventListener('abort', () => {
    if (!isStarted) process.exit(130)
  })
  endWithParent(stop)
  try {
    return await runStack({ ...options, data }, stop.signal, () => {
      isStarted = true
    })
  } finally {
    lock.release()
  }
}

/** A stack that was just killed may take a moment to be gone. */
const lockPatiently = async (data: string): Promise<ReturnType<typeof lockStateDir>> => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const lock = lockStateDir(data)
    if (lock !== undefined) return lock
    await new Promise((wake) => setTimeout(wake, 200))
  }
  return lockStateDir(data)
}

/** Started by npm, it ends when npm does, even if npm was killed. */
const endWithParent = (stop: AbortController): void => {
  if (process.env['npm_lifecycle_event'] !== 'start') return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop.abort()
  }, 500).unref()
}

try {
  process.exitCode = await main()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  const isMistake = error instanceof UsageError || error instanceof ScriptInvalid
  process.stderr.write(`${message}\n${isMistake || !(error instanceof Error) ? '' : detail(error)}`)
  process.exitCode = isMistake ? 2 : 1
}
// Sockets that clients keep alive would hold the process for their time-out.
process.exit()

function detail(error: Error): string {
  return process.env['DEBUG'] === undefined ? '' : `${error.stack}\n`
}
