import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMigrations } from '../../cli/migrate/migration.ts'

const DIR = resolve(import.meta.dirname, '../../supabase/migrations')

/**
 * The migrations that have landed, by the SHA-256 of their files: databases have been made with them, so they never change. A change goes
 * into a new file. When a file lands, add its line: `sha256sum supabase/migrations/NAME`.
 */
const LANDED: Readonly<Record<string, string>> = {
  '20261123000001_tables.sql': '68ce21eba48f7d74e9bb8613949311dca95d778c2444dd6e8d1ef9f562f97945',
  '20261123000002_security.sql': 'a62818acb87ba7ef34d57e833a0fea5ca27ea4edef5e1871f96f915ff89e5aa8',
  '20261123000003_scheduler.sql': '67ac3b85f3cc4e6e31667fee4cb58fada1a3c513241f5362603ca9a151ed287d',
  '20261123000004_ingest.sql': '08a9d8cd216a973bb1e0fd6a63acef2279c7de0c2ed782fe23571e86ec7920e6',
  '20261123000005_token.sql': '2c98f0b34c6bb0c523df7a83b7c2cba76a831201e442ceffb934d67792c1f3a5',
  '20261126000001_dashboard.sql': 'e019fad77ffcce29d828fb435ee94d02fcc39bdb5e17b37136a5d29dce912988',
  '20261128000001_same_for_all.sql': '06156e513af9be41b65240c55411420f3a5b5e32ea29ae291061ea3dc1d7317d',
}

const hashOf = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(join(DIR, name)))
    .digest('hex')

describe('a migration that has landed', () => {
  it.each(Object.entries(LANDED))('never changes, for no database would notice: %s', (name, hash) => {
    expect(hashOf(name)).toBe(hash)
  })

  it('comes before every one that has not', () => {
    const names = readMigrations(DIR).map(({ file }) => file)
    expect(names.slice(0, Object.keys(LANDED).length)).toEqual(Object.keys(LANDED))
  })

  it('has a version of its own', () => {
    const versions = readMigrations(DIR).map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].toSorted())
  })
})
