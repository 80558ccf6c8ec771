import { resolve } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declaredFunctions, strayFunctions } from '../../cli/migrate/declared-functions.ts'
import { readMigrations } from '../../cli/migrate/migration.ts'
import { postgresBinaries, startCluster, type Cluster } from './postgres-cluster.ts'
import { postgresStore, storedRows } from './postgres-store.ts'
import { schemaFacts } from './schema-facts.ts'
import { describeStore } from './store-contract.ts'
import type { Store } from './store-setup.ts'

const HEAD = readMigrations(resolve(import.meta.dirname, '../../supabase/migrations'))
/** The five files as they were when the first databases were made with them; they were changed in place afterwards. */
const FIRST = readMigrations(resolve(import.meta.dirname, 'first-landed'))
const LATER = HEAD.filter(({ version }) => !FIRST.some((first) => first.version === version))
const binaries = postgresBinaries()

describe.skipIf(binaries === undefined)('a database of the first landed migrations', () => {
  let old: Cluster
  let fresh: Cluster
  let owner: pg.Client
  let store: Store
  beforeAll(async () => {
    old = await startCluster(binaries ?? '', [...FIRST, ...LATER])
    fresh = await startCluster(binaries ?? '')
    owner = await old.connect()
    store = postgresStore(await old.connect('service_role'))
  }, 120_000)
  afterAll(() => Promise.all([old.stop(), fresh.stop()]))

  it('has the same schema as a fresh one, once it is migrated', async () => {
    const [mine, theirs] = [await schemaFacts(owner), await schemaFacts(await fresh.connect())]
    for (const [what, rows] of Object.entries(theirs)) expect([what, mine[what]]).toEqual([what, rows])
    expect(theirs['functions']?.length).toBeGreaterThan(23)
  })

  it('can record a death, which it could not while mark_dead had its first signature', async () => {
    const { rows } = await owner.query("select oid::regprocedure::text as name from pg_proc where proname = 'mark_dead'")
    expect(rows).toHaveLength(1)
  })

  it('is found to be what the files make of it, and was not before', async () => {
    const stored = async (client: pg.Client) => (await client.query('select public.read_functions() as functions')).rows[0].functions
    expect(strayFunctions(declaredFunctions(HEAD), await stored(owner))).toEqual([])
    const first = declaredFunctions(FIRST)
    const changed = strayFunctions(declaredFunctions(HEAD.slice(0, FIRST.length)), first)
    expect(changed.map(({ name }) => name)).toContain('mark_dead')
  })

  describeStore('PostgreSQL, first landed', () => ({ store, indicators: (ticker) => storedRows(owner, ticker) }))
})
