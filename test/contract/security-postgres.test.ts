import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHOWN_TABLES, SHOWN_VIEWS } from './shown-tables.ts'
import { postgresBinaries, startCluster, type Cluster } from './postgres-cluster.ts'

const VIEWS: readonly string[] = SHOWN_VIEWS
const SHOWN: ReadonlySet<string> = new Set([...SHOWN_TABLES, ...SHOWN_VIEWS])
const DENIED = '42501'
/** These views cannot be written to by anybody: that is found before anybody's rights are looked at. */
const refusalOf = (table: string): unknown => (VIEWS.includes(table) ? expect.stringMatching(/^(42501|55000|42809)$/) : DENIED)
const binaries = postgresBinaries()

describe.skipIf(binaries === undefined)('the rights in a hosted project', () => {
  let cluster: Cluster
  let owner: pg.Client
  beforeAll(async () => {
    cluster = await startCluster(binaries ?? '')
    owner = await cluster.connect()
  })
  afterAll(() => cluster.stop())

  const tables = async (): Promise<readonly string[]> =>
    (
      await owner.query(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm') order by 1",
      )
    ).rows.map(({ relname }) => relname)
  const refusal = async (client: pg.Client, sql: string): Promise<unknown> =>
    client.query(sql).then(
      () => 'allowed',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )

  it.each(['anon', 'authenticated'])('let %s select what the dashboard shows, and nothing else', async (role) => {
    const client = await cluster.connect(role)
    for (const table of await tables()) {
      expect([table, await refusal(client, `select * from public.${table}`)]).toEqual([table, SHOWN.has(table) ? 'allowed' : DENIED])
      for (const change of [`insert into public.${table} default values`, `delete from public.${table}`, `truncate public.${table}`]) {
        expect([change, await refusal(client, change)]).toEqual([change, refusalOf(table)])
      }
      expect([table, await refusal(client, `update public.${table} set ${await firstColumn(table)} = null`)]).toEqual([
        table,
        refusalOf(table),
      ])
    }
  })

  it.each(['anon', 'authenticated'])('let %s call no function', async (role) => {
    const { rows } = await owner.query(
      "select p.oid::regprocedure::text as name, has_function_privilege($1, p.oid, 'execute') as may from pg_proc p where pronamespace = 'public'::regnamespace",
      [role],
    )
    expect(rows.length).toBeGreaterThan(23)
    expect(rows.filter(({ may }) => may)).toEqual([])
  })

  it('let service_role call every function', async () => {
    const { rows } = await owner.query(
      "select p.oid::regprocedure::text as name from pg_proc p where pronamespace = 'public'::regnamespace and not has_function_privilege('service_role', p.oid, 'execute')",
    )
    expect(rows).toEqual([])
  })

  it('have row level security behind them on every table', async () => {
    const { rows } = await owner.query(
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity",
    )
    expect(rows).toEqual([])
    expect(await tables()).toHaveLength(19 + VIEWS.length)
  })

  it('let Supabase tell of changes in what the dashboard waits for', async () => {
    const { rows } = await owner.query("select tablename from pg_publication_tables where pubname = 'supabase_realtime' order by 1")
    expect(rows.map(({ tablename }) => tablename)).toEqual(['equity_data', 'indicators', 'outages', 'pipeline_minutes', 'pipeline_status'])
  })

  it('make every view look with the eyes of whoever asks', async () => {
    const { rows } = await owner.query(
      "select relname, reloptions from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' order by 1",
    )
    expect(rows).toEqual(VIEWS.toSorted().map((relname) => ({ relname, reloptions: ['security_invoker=true'] })))
  })

  it('leave nothing to the search path or to the time of the database', async () => {
    const { rows } = await owner.query("select proname, prosrc, proconfig from pg_proc where pronamespace = 'public'::regnamespace")
    for (const { proname, prosrc, proconfig } of rows) {
      expect([proname, proconfig?.includes('search_path=""')]).toEqual([proname, true])
      expect([proname, /\b(now|clock_timestamp|statement_timestamp|current_timestamp|current_date)\b/i.exec(prosrc)]).toEqual([
        proname,
        null,
      ])
    }
  })

  const firstColumn = async (table: string): Promise<string> =>
    (
      await owner.query('select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum = 1', [
        `public.${table}`,
      ])
    ).rows[0].name
})
