import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { PATIENCE_MS } from '../patience.ts'
import { guarded } from './guarded.ts'

export type Program = {
  /** What a message calls it. */
  readonly name: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  readonly limitMs?: number | undefined
}

/** The program was ended before it had finished, so what it printed says nothing about what it was given. */
export class ProgramUnfinished extends Error {
  override readonly name = 'ProgramUnfinished'
}

/**
 * Runs a program of Node to its end. It ends with this process.
 * @throws ProgramUnfinished when it was stopped, or did not finish in time
 * @throws an Error with `stdout` and `stderr` when it failed
 */
export const runProgram = async ({ name, args, cwd, env, signal, limitMs = PATIENCE_MS }: Program): Promise<void> => {
  const running = promisify(execFile)(process.execPath, args, {
    cwd,
    env,
    timeout: limitMs,
    killSignal: 'SIGKILL',
    ...(signal !== undefined && { signal }),
  })
  guarded(running.child)
  try {
    await running
  } catch (error) {
    if (signal?.aborted === true) throw new ProgramUnfinished(`\`${name}\` was stopped`, { cause: error })
    if (running.child.killed) throw new ProgramUnfinished(`\`${name}\` did not finish within ${limitMs / 1000} seconds`, { cause: error })
    throw error
  }
}
