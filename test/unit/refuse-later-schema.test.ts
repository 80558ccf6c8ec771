import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseLaterSchema } from '../../local/supabase/refuse-later-schema.ts'

describe('a database after going back to an earlier release', () => {
  let database: PGlite
  let dir: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'migrations-'))
    for (const file of ['20261001000001_first.sql', '20261002000001_second.sql']) writeFileSync(join(dir, file), '')
    database = await PGlite.create()
  })
  afterAll(async () => {
    await database.close()
    rmSync(dir, { recursive: true })
  })
  const apply = (version: string, name: string) =>
    database.query('insert into supabase_migrations.schema_migrations (version, name) values ($1, $2)', [version, name])

  it('is opened when it is new, or lacks a migration', async () => {
    await expect(refuseLaterSchema(database, dir)).resolves.toBeUndefined()
    await database.exec(
      'create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text primary key, name text)',
    )
    await apply('20261001000001', 'first')
    await expect(refuseLaterSchema(database, dir)).resolves.toBeUndefined()
  })

  it('is refused with the migration that this release does not have, instead of being used silently', async () => {
    await apply('20261003000001', 'of_the_next_release')
    await expect(refuseLaterSchema(database, dir)).rejects.toThrow(
      'the database was made by another release, which has the migration 20261003000001 (of_the_next_release): use that release',
    )
  })
})
