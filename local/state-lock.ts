import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Takes the state directory for this process. The lock is SQLite's lock on a file, which the system drops when the process
 * ends, however it ends: nothing stale stays behind.
 * @returns undefined when another process has it
 */
export const lockStateDir = (dir: string): { readonly release: () => void } | undefined => {
  mkdirSync(dir, { recursive: true })
  const database = new DatabaseSync(join(dir, 'lock.sqlite'))
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive')
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
}

const SQLITE_BUSY = 5
