import { readdirSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'

/**
 * Refuses a database that a later release has migrated: what this one calls there may be gone, or do something else.
 * @throws an Error naming the first migration that is not in the folder
 */
export const refuseLaterSchema = async (database: Pick<PGlite, 'query'>, migrationsDir: string): Promise<void> => {
  const book = await database.query<{ readonly made: boolean }>(`select to_regclass('${BOOK}') is not null as made`)
  if (book.rows[0]?.made !== true) return
  const { rows } = await database.query<{ readonly version: string; readonly name: string | null }>(
    `select version, name from ${BOOK} order by version`,
  )
  const known = readdirSync(migrationsDir)
  const later = rows.find(({ version }) => !known.some((file) => file.startsWith(`${version}_`)))
  if (later === undefined) return
  throw new Error(
    `the database was made by another release, which has the migration ${later.version}${later.name === null ? '' : ` (${later.name})`}: ` +
      'use that release, or start anew with another --data',
  )
}

const BOOK = 'supabase_migrations.schema_migrations'
