import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StateDamaged } from '../state-damaged.ts'

/**
 * Looks whether the file in which fauxqs keeps its messages is whole: it would else be noticed in the midst of a run, by a message that is
 * not there. Fails with StateDamaged.
 */
export const checkQueues = (dataDir: string): void => {
  const path = join(dataDir, 'fauxqs.db')
  if (!existsSync(path)) return
  let found: unknown
  try {
    const database = new DatabaseSync(path)
    try {
      found = database.prepare('pragma quick_check(1)').get()?.['quick_check']
    } finally {
      database.close()
    }
  } catch (error) {
    throw new StateDamaged(path, error instanceof Error ? error.message : 'SQLite cannot read it')
  }
  if (found !== 'ok') throw new StateDamaged(path, "SQLite's check of it fails")
}
