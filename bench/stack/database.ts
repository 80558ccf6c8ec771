import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { startSupabase, type RunningSupabase } from '../../local/supabase/start-supabase.ts'

const MIGRATIONS = resolve(import.meta.dirname, '../../supabase/migrations')

/** Keys of databases that hold nothing but what a benchmark puts there. */
export const BENCH_KEYS = { publishable: 'sb_publishable_bench', secret: 'sb_secret_bench' }

/** The embedded Supabase on a folder. */
export const openSupabase = (dataDir: string): Promise<RunningSupabase> =>
  startSupabase({
    dataDir,
    port: 0,
    migrationsDir: MIGRATIONS,
    keys: BENCH_KEYS,
  })

const made = new Map<string, Promise<string>>()

/** An empty database with every migration applied, made once for each run of the benchmarks. */
const emptyDatabase = (tmp: string): Promise<string> => {
  const make = async (): Promise<string> => {
    const dir = join(tmp, 'empty-database')
    await (await openSupabase(dir)).stop()
    return dir
  }
  const known = made.get(tmp) ?? make()
  made.set(tmp, known)
  return known
}

/** Makes a database in `dir` and fills it without the pipeline. */
export const makeDatabase = async (tmp: string, dir: string, fill: (db: PGlite) => Promise<void> = async () => {}): Promise<void> => {
  cpSync(await emptyDatabase(tmp), dir, { recursive: true })
  const db = await PGlite.create(dir, { relaxedDurability: true })
  try {
    await fill(db)
    await db.exec('analyze')
  } finally {
    await db.close()
  }
}
