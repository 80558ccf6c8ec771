import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const PROJECT = resolve(import.meta.dirname, '../..')

/**
 * Makes a new database by copying one that has the schema already: making one from nothing takes some seconds of a processor.
 * The first time it is made by `make`, and kept with the installed packages under a name that changes with the migrations and with the
 * versions of what makes it. A folder that holds anything is left as it is.
 */
export const prepareDatabase = async (
  dataDir: string,
  migrationsDir: string,
  make: (dataDir: string) => Promise<void>,
  project: string = PROJECT,
): Promise<void> => {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) return
  const kept = resolve(project, 'node_modules/.cache/alpha-kite', `database-${fingerprint(migrationsDir, project)}`)
  if (!existsSync(kept)) await keep(kept, make)
  const beside = `${dataDir}.${randomUUID()}`
  mkdirSync(dirname(dataDir), { recursive: true })
  cpSync(kept, beside, { recursive: true })
  // All of it or nothing: a copy that was broken off is no database.
  rmSync(dataDir, { recursive: true, force: true })
  renameSync(beside, dataDir)
}

/** Two may do so at once: the second finds the first one's work. */
const keep = async (kept: string, make: (dataDir: string) => Promise<void>): Promise<void> => {
  const beside = `${kept}.${randomUUID()}`
  mkdirSync(dirname(kept), { recursive: true })
  try {
    await make(beside)
    if (!existsSync(kept)) renameSync(beside, kept)
  } catch (error) {
    if (!existsSync(kept)) throw error
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

const fingerprint = (migrationsDir: string, project: string): string => {
  const hash = createHash('sha256')
  for (const name of readdirSync(migrationsDir).toSorted()) hash.update(name).update(readFileSync(join(migrationsDir, name)))
  // It names the versions of what makes a database.
  hash.update(readFileSync(resolve(project, 'package-lock.json')))
  return hash.digest('hex').slice(0, 16)
}
