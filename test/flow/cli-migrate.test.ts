import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../../cli/certificate.ts'
import { type Migration, readMigrations } from '../../cli/migrate/migration.ts'
import { openPostgresBook } from '../../cli/migrate/postgres-book.ts'
import { runCli } from '../../cli/run-cli.ts'
import { HOSTED_PROJECT, postgresBinaries, startServer, type Server } from '../contract/postgres-cluster.ts'
import { cliDeps } from '../fakes/cli-deps.ts'

const binaries = postgresBinaries()
const ALL = readMigrations(resolve(import.meta.dirname, '../../supabase/migrations'))

const migrationOf = (version: string, sql: string): Migration => ({ file: `${version}_x.sql`, version, name: 'x', sql })

describe.skipIf(binaries === undefined)('kite migrate, with a real PostgreSQL', () => {
  let server: Server
  let port: number
  let owner: Client
  const caDir = mkdtempSync(join(tmpdir(), 'kite-'))
  const url = (password = 'marked', more = '') => `postgresql://owner:${password}@127.0.0.1:PORT/hosted${more}`

  beforeAll(async () => {
    const tls = await selfSignedCertificate(Date.now())
    writeFileSync(join(caDir, 'ca.crt'), tls.cert)
    server = await startServer(binaries ?? '', { password: 'marked', tls })
    port = server.port
    owner = new Client({ host: server.dir, port, user: 'owner', database: 'postgres' })
    await owner.connect()
    await owner.query(HOSTED_PROJECT)
  })
  afterAll(async () => {
    await owner.end()
    await server.stop()
    rmSync(caDir, { recursive: true })
  })

  /** An empty project; the roles are the server's. */
  beforeEach(async () => {
    await owner.query('drop database if exists hosted with (force)')
    await owner.query('create database hosted')
  })

  const migrate = async (args: readonly string[], migrations = ALL, dbUrl = url()) => {
    const deps = cliDeps({ env: { SUPABASE_DB_URL: dbUrl.replace('PORT', String(port)) }, migrations, openMigrationBook: openPostgresBook })
    const code = await runCli(['migrate', ...args], {
      ...deps,
      readFile: (name) => readFileSync(join(caDir, name), 'utf8'),
    })
    expect(deps.printed() + deps.remarked()).not.toMatch(/marked/)
    return { code, printed: deps.printed(), remarked: deps.remarked() }
  }
  const ask = async (sql: string): Promise<readonly unknown[]> => {
    const client = new Client({ host: server.dir, port, user: 'owner', database: 'hosted' })
    await client.connect()
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
    } finally {
      await client.end()
    }
  }
  const recorded = () => ask('select version from supabase_migrations.schema_migrations order by version')

  it('applies every migration of the project, in order, and then has nothing to do', async () => {
    const { code, printed } = await migrate(['--yes'])
    expect(code).toBe(0)
    expect([...printed.matchAll(/^applied {2}(.*)$/gm)].map(([, file]) => file)).toEqual(ALL.map(({ file }) => file))
    expect(await recorded()).toEqual(ALL.map(({ version }) => version))
    expect(await ask('select public.read_token_state()')).toEqual([expect.objectContaining({ outages: [] })])
    expect((await migrate([])).printed).toBe(`Nothing is pending: the database has all ${ALL.length} migrations.\n`)
  })

  it('changes nothing with --dry-run, not even the record', async () => {
    expect((await migrate(['--dry-run'])).code).toBe(0)
    expect(await ask("select 1 from pg_namespace where nspname = 'supabase_migrations'")).toEqual([])
  })

  it('keeps the record as the Supabase CLI does, and goes on where that has ended', async () => {
    await ask('create schema supabase_migrations')
    await ask('create table supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text)')
    const [first, second] = [migrationOf('1', 'create table a ()'), migrationOf('2', 'create table b ();')]
    await ask(first.sql)
    await ask("insert into supabase_migrations.schema_migrations (version, name, statements) values ('1', 'x', '{create table a ()}')")
    expect((await migrate(['--yes'], [first, second])).printed).toContain('1 migration to be applied, in this order:\n  2_x.sql')
    expect(await ask('select version, name, statements from supabase_migrations.schema_migrations order by version')).toEqual(
      [
        ['1', 'x', ['create table a ()']],
        ['2', 'x', ['create table b ();']],
      ].flat(),
    )
  })

  it('adds what the record of an old Supabase CLI lacks', async () => {
    await ask('create schema supabase_migrations')
    await ask('create table supabase_migrations.schema_migrations (version text not null primary key)')
    expect((await migrate(['--yes'], [migrationOf('1', 'create table a ()')])).code).toBe(0)
    expect(await recorded()).toEqual(['1'])
  })

  it('leaves a migration that fails wholly out, names its file and line, and keeps those before it', async () => {
    const broken = migrationOf('2', 'create table b ();\ncreate table c ();\nselect nonsense;\n')
    const { code, remarked } = await migrate(
      ['--yes'],
      [migrationOf('1', 'create table a ()'), broken, migrationOf('3', 'create table d ()')],
    )
    expect(code).toBe(1)
    expect(remarked).toContain(
      'kite: 2_x.sql: line 3: column "nonsense" does not exist (42703). Nothing of it was applied; those before it were, and stay\n',
    )
    expect(await recorded()).toEqual(['1'])
    expect(await ask("select relname from pg_class where relnamespace = 'public'::regnamespace")).toEqual(['a'])
  })

  it('is the only one at a time: what two begin together is applied once', async () => {
    const slow = ['1', '2', '3'].map((version) => migrationOf(version, `create table t${version} (); select pg_sleep(0.1)`))
    const both = await Promise.all([migrate(['--yes'], slow), migrate(['--yes'], slow)])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both.map(({ printed }) => printed.match(/^(applied|there already) /gm)?.length)).toEqual([3, 3])
    expect(both.flatMap(({ printed }) => printed.match(/^applied /gm) ?? [])).toHaveLength(3)
    expect(await recorded()).toEqual(['1', '2', '3'])
  })

  it('tells of a database whose tables were made by hand', async () => {
    await ask('create table a ()')
    expect((await migrate(['--yes'], [migrationOf('1', 'create table a ()')])).remarked).toContain(
      'supabase migration repair --status applied',
    )
  })

  it('does not let the settings of one migration reach the next', async () => {
    const first = migrationOf('1', "select set_config('search_path', '', false)")
    expect((await migrate(['--yes'], [first, migrationOf('2', 'create table a ()')])).code).toBe(0)
    expect(await ask("select 1 from pg_tables where schemaname = 'public' and tablename = 'a'")).toEqual([1])
  })

  it.each([
    ['a wrong password', url('wrong'), 'refuses the password of owner'],
    ['another database', url().replace('hosted', 'other'), 'has no database other'],
    ['a host that is none', 'postgresql://owner:marked@no-such-host.invalid/postgres', 'no-such-host.invalid:5432 cannot be reached: '],
    [
      'a port where nobody listens',
      'postgresql://owner:marked@127.0.0.1:1/postgres',
      '127.0.0.1:1 cannot be reached: nothing listens there',
    ],
    ['a certificate of nobody', url('marked', '?sslmode=verify-full'), 'shows a certificate that proves nothing'],
  ])('says in one line what is wrong with %s', async (_name, dbUrl, says) => {
    const { code, remarked } = await migrate(['--yes'], ALL, dbUrl)
    expect(code).toBe(1)
    expect(remarked).toContain(says)
    expect(remarked).toMatch(/^kite: [^\n]+\n$/)
  })

  it.each(['', '?sslmode=disable', '?sslmode=require', '?sslmode=verify-full&sslrootcert=ca.crt', '?sslmode=verify-ca&sslrootcert=ca.crt'])(
    'connects with %s',
    async (more) => {
      expect((await migrate(['--dry-run'], ALL, url('marked', more))).code).toBe(0)
    },
  )

  // The same server under a name that is not one of this machine.
  const elsewhere = (more: string): string => url('marked', more).replace('127.0.0.1', '0.0.0.0')
  it.each([
    [[], '', 'shows a certificate that proves nothing'],
    [[], '?sslmode=disable', 'shows a certificate that proves nothing'],
    [[], '?sslmode=require', 'shows a certificate that proves nothing'],
    [[], '?sslrootcert=ca.crt', 'shows a certificate that proves nothing'],
    [[], '?sslmode=verify-ca&sslrootcert=ca.crt', undefined],
    [['--unverified'], '', undefined],
    [['--unverified'], '?sslmode=disable', undefined],
  ] as const)('of another machine is reached with %j %s: %s', async (args, more, says) => {
    const { code, remarked } = await migrate(['--dry-run', ...args], ALL, elsewhere(more))
    expect(code).toBe(says === undefined ? 0 : 1)
    expect(remarked).toContain(says ?? 'kite: the database hosted at 0.0.0.0')
  })

  it('encrypts wherever the server offers it', async () => {
    const isEncrypted = migrationOf('1', 'create table seen as select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    await migrate(['--yes'], [isEncrypted])
    expect(await ask('select ssl from seen')).toEqual([true])
  })

  it('asks for TLS where it has to, and goes on without it where it may', async () => {
    await owner.query('alter system set ssl = off')
    await owner.query('select pg_reload_conf()')
    try {
      await expect.poll(async () => (await migrate(['--dry-run'], ALL, url('marked', '?sslmode=require'))).remarked).toContain('has no TLS')
      expect((await migrate(['--dry-run', '--unverified'], ALL, elsewhere(''))).remarked).toContain('has no TLS')
      expect((await migrate(['--dry-run'])).code).toBe(0)
    } finally {
      await owner.query('alter system reset ssl')
      await owner.query('select pg_reload_conf()')
    }
  })
})
