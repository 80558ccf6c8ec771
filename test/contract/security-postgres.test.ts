import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHOWN_FUNCTIONS, SHOWN_TABLES, SHOWN_VIEWS } from './shown-tables.ts'
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

  it.each(['anon', 'authenticated'])('let %s call nothing but what reads for the dashboard', async (role) => {
    const { rows } = await owner.query(
      "select p.oid::regprocedure::text as name, has_function_privilege($1, p.oid, 'execute') as may from pg_proc p where pronamespace = 'public'::regnamespace",
      [role],
    )
    expect(rows.length).toBeGreaterThan(23)
    expect(rows.filter(({ may }) => may).map(({ name }) => name)).toEqual(SHOWN_FUNCTIONS)
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

  it.each(['anon', 'authenticated'])('let %s use no sequence', async (role) => {
    const { rows } = await owner.query(
      "select seqrelid::regclass::text as name from pg_sequence where has_sequence_privilege($1, seqrelid, 'usage, select, update')",
      [role],
    )
    expect(rows).toEqual([])
    expect(await refusal(await cluster.connect(role), "select nextval('public.token_history_id_seq')")).toBe(DENIED)
  })

  it.each(['anon', 'authenticated'])(
    'let %s do nothing with a table or a sequence that comes later, before somebody allows it',
    async (role) => {
      await owner.query(
        'begin; create table public.later (id bigint generated always as identity); create view public.seen as select * from public.later',
      )
      try {
        const { rows } = await owner.query(
          "select relname from pg_class where relname in ('later', 'seen', 'later_id_seq') and (relacl::text like '%anon=%' or relacl::text like '%authenticated=%')",
        )
        expect(rows).toEqual([])
        const may = await owner.query("select has_table_privilege($1, 'public.later', 'select, insert, update, delete, truncate') as may", [
          role,
        ])
        expect(may.rows).toEqual([{ may: false }])
      } finally {
        await owner.query('rollback')
      }
    },
  )

  it('let one request of the publishable key have thirty sessions of one ticker, and no more', async () => {
    const anon = await cluster.connect('anon')
    const bytes = async (count: number): Promise<number> =>
      (await anon.query('select octet_length(public.chart_sessions($1, $2)::text) as bytes', ['T0', count])).rows[0].bytes
    await owner.query(`
      begin;
      insert into public.session_coverage (ticker, session_date, opens_at, closes_at)
      select 'T' || t, date '2026-01-05' + d, (date '2026-01-05' + d + time '14:30') at time zone 'UTC', (date '2026-01-05' + d + time '21:00') at time zone 'UTC'
      from generate_series(0, 1) t, generate_series(0, 39) d;
      insert into public.equity_data (ticker, "timestamp", open, high, low, close, volume, source, updated_at)
      select c.ticker, c.opens_at + m * interval '1 minute', 612.3456, 612.7891, 612.1234, 612.5678, 123456, 'schwab', c.closes_at
      from public.session_coverage c, generate_series(0, 389) m;
      insert into public.indicators (ticker, "timestamp", sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14, bb_upper, bb_middle, bb_lower, atr14, "cross", revision)
      select e.ticker, e."timestamp", 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 1/3.0, 0, 1 from public.equity_data e;
      commit;
    `)
    try {
      const most = await bytes(1_000_000)
      expect(await bytes(30)).toBe(most)
      expect(await bytes(-1)).toBe(2)
      expect(most / (await bytes(1))).toBeCloseTo(30, 0)
      // What an open page costs, README: 390 bars with all indicators.
      expect(most / 30).toBeLessThan(140_000)
      expect(most).toBeLessThan(4_200_000)
      const of = await anon.query("select distinct s ->> 'ticker' as ticker from json_array_elements(public.chart_sessions('T1', 30)) s")
      expect(of.rows).toEqual([{ ticker: 'T1' }])
      for (const nobody of ['', '%', '*'])
        expect((await anon.query('select public.chart_sessions($1, 30) as s', [nobody])).rows).toEqual([{ s: [] }])
    } finally {
      await owner.query('truncate public.session_coverage, public.equity_data, public.indicators')
    }
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
