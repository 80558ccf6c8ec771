import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { Rpc } from '../../../shared/adapters/supabase-rpc.ts'
import { storeError } from '../../../shared/adapters/supabase-errors.ts'
import { HOSTED_PROJECT, postgresBinaries, startCluster } from '../../contract/postgres-cluster.ts'

/** A database with the migrations applied, in or beside this process, that is emptied for each run. */
export type SqlDatabase = {
  readonly name: 'PGlite' | 'PostgreSQL'
  readonly rpc: Rpc
  readonly rows: (sql: string, values: readonly unknown[]) => Promise<readonly unknown[]>
  readonly empty: () => Promise<void>
  readonly close: () => Promise<void>
}

type Query = (sql: string, values: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** The embedded database: it runs in this process, and a call of it takes no turn of the event loop. */
export const openPglite = async (): Promise<SqlDatabase> => {
  const lite = new PGlite()
  await lite.exec(HOSTED_PROJECT)
  const folder = resolve(import.meta.dirname, '../../../supabase/migrations')
  for (const name of readdirSync(folder).toSorted()) await lite.exec(readFileSync(join(folder, name), 'utf8'))
  const query: Query = async (sql, values) => (await lite.query<Readonly<Record<string, unknown>>>(sql, [...values])).rows
  return databaseOver('PGlite', query, () => lite.close())
}

/** A PostgreSQL where its programs are found, which is three times as fast; else the embedded one. */
export const openSql = async (): Promise<SqlDatabase> => {
  const binaries = postgresBinaries()
  if (binaries === undefined) return openPglite()
  const cluster = await startCluster(binaries)
  const client = await cluster.connect()
  const query: Query = async (sql, values) => (await client.query<Readonly<Record<string, unknown>>>(sql, [...values])).rows
  return databaseOver('PostgreSQL', query, cluster.stop)
}

const TABLES = `
  select string_agg('public.' || quote_ident(relname), ', ') as tables
  from pg_class join pg_namespace n on n.oid = relnamespace
  where nspname = 'public' and relkind in ('r', 'p') and not relispartition`

const databaseOver = async (name: SqlDatabase['name'], query: Query, close: () => Promise<void>): Promise<SqlDatabase> => {
  const [found] = await query(TABLES, [])
  return {
    name,
    rpc: rpcOver(query),
    rows: query,
    empty: async () => {
      await query(`truncate ${String(found?.['tables'])}`, [])
      await query('insert into public.token_state default values', [])
    },
    close,
  }
}

/** Calls the functions as PostgREST does. */
const rpcOver =
  (query: Query): Rpc =>
  async (name, args, schema) => {
    const entries = Object.entries(args)
    const names = entries.map(([key], place) => `${key} => $${place + 1}`)
    const values = entries.map(([, value]) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value))
    const [row] = await query(`select public.${name}(${names.join(', ')}) as answer`, values).catch((error: unknown) => {
      throw isSqlError(error) ? storeError(name, { status: 400, code: error.code, message: error.message }) : error
    })
    return schema.parse(row?.['answer'])
  }

const isSqlError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
