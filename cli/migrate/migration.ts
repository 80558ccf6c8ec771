import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recorded } from './compare-applied.ts'
import type { StoredFunction } from './declared-functions.ts'

/** One file of supabase/migrations. `version` and `name` are the parts of its name, as the Supabase CLI takes them apart. */
export type Migration = { readonly file: string; readonly version: string; readonly name: string; readonly sql: string }

/** The migrations of a checkout, oldest first. Files of other names are none, to the Supabase CLI too. */
export const readMigrations = (dir: string): readonly Migration[] =>
  readdirSync(dir)
    .toSorted()
    .flatMap((file) => {
      const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(file) ?? []
      return version === undefined || name === undefined ? [] : [{ file, version, name, sql: readFileSync(join(dir, file), 'utf8') }]
    })

/** A database's own record of its migrations. Every call fails with CommandFailed. */
export type MigrationBook = {
  /** What is recorded, by version. */
  readonly applied: () => Promise<readonly Recorded[]>
  /** The functions of the schema public. */
  readonly functions: () => Promise<readonly StoredFunction[]>
  /** Applies and records it as one, or not at all. `was_there`: somebody else has done it meanwhile. */
  readonly apply: (migration: Migration) => Promise<'applied' | 'was_there'>
  readonly close: () => Promise<void>
}
