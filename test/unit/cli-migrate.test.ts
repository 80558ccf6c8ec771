import { describe, expect, it } from 'vitest'
import { CommandFailed } from '../../cli/command.ts'
import { type Connection, readConnection } from '../../cli/migrate/connection.ts'
import type { Migration } from '../../cli/migrate/migration.ts'
import { NO_TLS, PasswordAskedFor, postgresTrouble } from '../../cli/migrate/postgres-trouble.ts'
import { runCli } from '../../cli/run-cli.ts'
import { runTool } from '../../cli/run-tool.ts'
import { cliDeps, type CliWorld } from '../fakes/cli-deps.ts'
import { failure } from '../fakes/hosted-supabase.ts'

const POOLER = 'postgresql://postgres.abc:marked@aws-0-us-east-1.pooler.supabase.com:5432/postgres'
const VERIFIED = { unverified: false }
const MIGRATIONS: readonly Migration[] = ['1', '2', '3'].map((version) => ({ file: `${version}_x.sql`, version, name: 'x', sql: '' }))

type Kept = {
  readonly statements?: Readonly<Record<string, readonly string[]>>
  readonly functions?: readonly { readonly name: string; readonly body: string }[]
}

/** A database that has these versions. */
const database = (applied: string[], { statements = {}, functions = [] }: Kept = {}) => {
  const seen: { connection?: Connection; closed: number } = { closed: 0 }
  const openMigrationBook: NonNullable<CliWorld['openMigrationBook']> = async (connection) => {
    seen.connection = connection
    return {
      applied: async () => applied.toSorted().map((version) => ({ version, statements: statements[version] })),
      functions: async () => functions,
      apply: async ({ version }) => {
        applied.push(version)
        return 'applied'
      },
      close: async () => void seen.closed++,
    }
  }
  return { applied, seen, openMigrationBook }
}

const migrate = async (args: readonly string[], world: CliWorld) => {
  const deps = cliDeps({ env: { SUPABASE_DB_URL: POOLER }, migrations: MIGRATIONS, ...world })
  const code = await runCli(['migrate', ...args], deps)
  expect(deps.printed() + deps.remarked()).not.toMatch(/marked/)
  return { code, printed: deps.printed(), remarked: deps.remarked() }
}

describe('kite migrate', () => {
  it('says what is pending, and applies it when the person agrees', async () => {
    for (const [answer, code, applied] of [
      ['y', 0, ['1', '2', '3']],
      ['Yes', 0, ['1', '2', '3']],
      ['', 1, ['1']],
      ['no', 1, ['1']],
      [undefined, 1, ['1']],
    ] as const) {
      const there = database(['1'])
      const done = await migrate([], { ...there, readLine: () => answer })
      expect(done.code).toBe(code)
      expect(done.printed).toMatch(/^2 migrations to be applied, in this order:\n {2}2_x\.sql\n {2}3_x\.sql\n/)
      expect(done.printed).toContain(code === 0 ? 'applied  2_x.sql\napplied  3_x.sql\n' : 'Nothing was applied.')
      expect(there.applied).toEqual(applied)
      expect(there.seen.closed).toBe(1)
    }
  })

  it('says on which database, without its password', async () => {
    const { remarked } = await migrate(['--yes'], database([]))
    expect(remarked).toBe('kite: the database postgres at aws-0-us-east-1.pooler.supabase.com:5432, as postgres.abc\n')
  })

  it('asks nobody with --yes, and applies nothing where nobody can be asked', async () => {
    const there = database([])
    expect((await migrate([], { ...there, hasTerminal: false })).remarked).toContain('write --yes to apply them. Nothing was applied')
    expect(there.applied).toEqual([])
    expect((await migrate(['--yes'], there)).code).toBe(0)
    expect(there.applied).toEqual(['1', '2', '3'])
  })

  it('only lists with --dry-run', async () => {
    const there = database(['1'])
    const { code, printed } = await migrate(['--dry-run'], there)
    expect({ code, printed }).toEqual({ code: 0, printed: '2 migrations to be applied, in this order:\n  2_x.sql\n  3_x.sql\n' })
    expect(there.applied).toEqual(['1'])
  })

  it('says that nothing is pending', async () => {
    expect(await migrate([], database(['1', '2', '3']))).toMatchObject({
      code: 0,
      printed: 'Nothing is pending: the database has all 3 migrations.\n',
    })
  })

  it('points out versions that this checkout lacks, and fills in one that was left out', async () => {
    const there = database(['1', '3', '4'])
    const { remarked } = await migrate(['--yes'], there)
    expect(remarked).toContain('it has 1 version that this checkout lacks, 4: ')
    expect(there.applied).toEqual(['1', '3', '4', '2'])
  })

  it('stops at the first that fails', async () => {
    const there = database([])
    const openMigrationBook: NonNullable<CliWorld['openMigrationBook']> = async (connection) => ({
      ...(await there.openMigrationBook(connection)),
      apply: async ({ version, file }) => {
        if (version === '2') throw new CommandFailed(`${file}: no`)
        there.applied.push(version)
        return 'applied'
      },
    })
    const { code, printed, remarked } = await migrate(['--yes'], { openMigrationBook })
    expect({ code, applied: there.applied, closed: there.seen.closed }).toEqual({ code: 1, applied: ['1'], closed: 1 })
    expect(printed).toContain('applied  1_x.sql')
    expect(remarked).toContain('kite: 2_x.sql: no')
  })

  const made = (body: string): string =>
    `create function public.f(p text)\nreturns json language sql\nset search_path = '' as $$${body}$$;\ncreate table a ();\n`
  const landed = (body: string): readonly Migration[] => [{ file: '1_x.sql', version: '1', name: 'x', sql: made(body) }]

  it('names a file that was changed after it was applied, and is not content with the database', async () => {
    const there = database(['1'], { statements: { 1: [made('select 1')] }, functions: [{ name: 'f', body: 'select 1' }] })
    expect(await migrate([], { ...there, migrations: landed('select 1') })).toMatchObject({ code: 0 })
    const { code, remarked } = await migrate([], { ...there, migrations: landed('select 2') })
    expect(code).toBe(1)
    expect(remarked).toContain('kite: 1_x.sql has another text here than was applied')
    expect(remarked).toContain('the database is not what the files make of it: f of 1_x.sql')
  })

  it('knows a file again that the Supabase CLI has cut into statements', async () => {
    const cut = made('select 1; select 2').split(/;\n/)
    const there = database(['1'], { statements: { 1: cut }, functions: [{ name: 'f', body: 'select 1; select 2' }] })
    expect((await migrate([], { ...there, migrations: landed('select 1; select 2') })).remarked).not.toContain('another text')
  })

  it.each([
    ['has another body', [{ name: 'f', body: 'select 3' }]],
    ['is not there', []],
    [
      'is there twice',
      [
        { name: 'f', body: 'select 1' },
        { name: 'f', body: 'select 0' },
      ],
    ],
  ])('finds by the functions what an old record does not tell: one %s', async (_name, functions) => {
    const there = database(['1'], { functions })
    expect(await migrate([], { ...there, migrations: landed('select 1') })).toMatchObject({
      code: 1,
      remarked: expect.stringContaining('f of 1_x.sql'),
    })
  })

  it('leaves functions alone that no file makes', async () => {
    const functions = [
      { name: 'f', body: 'select 1' },
      { name: 'foreign', body: 'select 2' },
    ]
    expect((await migrate([], { ...database(['1'], { functions }), migrations: landed('select 1') })).code).toBe(0)
  })

  it('leaves the local stack to npm start', async () => {
    expect(await migrate(['--data', '.kite'], {})).toMatchObject({ code: 0, printed: expect.stringContaining('npm start does it') })
  })
})

describe('the database of kite migrate', () => {
  const connectionOf = async (args: readonly string[], world: CliWorld) => {
    const there = database(['1', '2', '3'])
    const done = await migrate(args, { ...there, ...world })
    return { ...done, connection: there.seen.connection }
  }

  it('is of the option before the environment', async () => {
    const other = 'postgresql://postgres:marked@db.abc.supabase.co/postgres'
    expect((await connectionOf(['--db-url', other], {})).connection?.host).toBe('db.abc.supabase.co')
  })

  it('is asked for at a terminal, without showing it', async () => {
    const asked: string[] = []
    const readSecret = (prompt: string): string => {
      asked.push(prompt)
      return prompt.startsWith('Password') ? 'marked' : POOLER.replace('marked', '[YOUR-PASSWORD]')
    }
    const { connection } = await connectionOf([], { env: {}, hasTerminal: true, readSecret })
    expect(connection).toMatchObject({ user: 'postgres.abc', password: 'marked' })
    expect(asked).toEqual([expect.stringMatching(/^Connection string/), 'Password of the database: '])
  })

  it('takes its password from SUPABASE_DB_PASSWORD where the connection string has none', async () => {
    const env = { SUPABASE_DB_URL: POOLER.replace('marked', '[YOUR-PASSWORD]'), SUPABASE_DB_PASSWORD: 'marked' }
    expect((await connectionOf([], { env })).connection?.password).toBe('marked')
    const without = await connectionOf([], { env: { SUPABASE_DB_URL: env.SUPABASE_DB_URL } })
    expect(without).toMatchObject({ code: 1, remarked: expect.stringContaining('SUPABASE_DB_PASSWORD') })
  })

  it('has to be given', async () => {
    const { code, remarked } = await connectionOf([], { env: {} })
    expect(code).toBe(1)
    expect(remarked).toContain('as SUPABASE_DB_URL or --db-url; a local stack needs none')
  })

  it.each([
    ['https://abc.supabase.co', 'that is a web address'],
    ['postgresql://postgres:marked#1@h/postgres', 'in the password write # as %23'],
    ['postgresql://postgres:marked/1@h/postgres', 'in the password write # as %23'],
    ['postgresql://postgres:marked%@h/postgres', 'write % as %25'],
    ['marked', 'that is no connection string'],
    ['postgresql://h/postgres?sslmode=always', 'sslmode=always is none of disable, '],
  ])('is not guessed from %s', async (url, says) => {
    expect(await connectionOf(['--db-url', url], {})).toMatchObject({ code: 2, remarked: expect.stringContaining(says) })
  })

  const authority = { file: 'ca.crt', text: 'text of ca.crt' }
  it.each([
    ['postgresql://db.abc.supabase.co/postgres', { mode: 'verify-full' }],
    ['postgresql://x.pooler.supabase.com/postgres?sslmode=disable', { mode: 'verify-full' }],
    ['postgresql://db.abc.supabase.co/postgres?sslrootcert=ca.crt', { mode: 'verify-full', authority }],
    ['postgresql://db.abc.supabase.co/postgres?sslmode=verify-full&sslrootcert=ca.crt', { mode: 'verify-full', authority }],
    ['postgresql://h/postgres', { mode: 'verify-full' }],
    ['postgresql://h/postgres?sslmode=disable', { mode: 'verify-full' }],
    ['postgresql://h/postgres?sslmode=allow', { mode: 'verify-full' }],
    ['postgresql://h/postgres?sslmode=require', { mode: 'verify-full' }],
    ['postgresql://h/postgres?sslmode=verify-ca', { mode: 'verify-full' }],
    ['postgresql://h/postgres?sslmode=verify-full&sslrootcert=system', { mode: 'verify-full' }],
    ['postgresql://h/postgres?sslmode=verify-ca&sslrootcert=ca.crt', { mode: 'verify-ca', authority }],
    ['postgresql://h/postgres?sslmode=require&sslrootcert=ca.crt', { mode: 'verify-ca', authority }],
    ['postgresql://127.0.0.1.example.org/postgres', { mode: 'verify-full' }],
    ['postgresql://localhost/postgres?host=h', { mode: 'verify-full' }],
    ['postgresql://localhost/postgres', { mode: 'preferred' }],
    ['postgresql://[::1]/postgres', { mode: 'preferred' }],
    ['postgresql://127.0.0.1/postgres?sslmode=disable', { mode: 'plain' }],
    ['postgresql://127.0.0.1/postgres?sslmode=require', { mode: 'unverified' }],
    ['postgresql:///postgres?host=/tmp/socket&user=owner', { mode: 'none' }],
  ])('proves who it is before it gets the password: %s', (url, tls) => {
    expect(readConnection(url, VERIFIED, (path) => `text of ${path}`).tls).toEqual(tls)
  })

  it.each(['', '?sslmode=disable', '?sslmode=prefer', '?sslmode=require'])('is at least encrypted with --unverified and %s', (more) => {
    expect(readConnection(`postgresql://h/postgres${more}`, { unverified: true }, String).tls).toEqual({ mode: 'unverified' })
  })

  it('is not unverified where the connection string asks for proof', async () => {
    for (const more of ['sslmode=verify-full', 'sslrootcert=ca.crt'])
      expect(await connectionOf(['--unverified', '--db-url', `postgresql://me:marked@h/x?${more}`], {})).toMatchObject({
        code: 2,
        remarked: expect.stringContaining('--unverified contradicts the connection string'),
      })
  })

  const direct = readConnection('postgresql://postgres:marked@db.abc.supabase.co/postgres', VERIFIED, String)
  const pooler = readConnection(POOLER, VERIFIED, String)
  const other = readConnection('postgresql://me:marked@example.org/x?sslmode=require', VERIFIED, String)
  it.each([
    [
      direct,
      failure('ENOTFOUND'),
      'db.abc.supabase.co:5432 cannot be reached: there is no host of that name. Its direct connections are for IPv6',
    ],
    [direct, failure('ENETUNREACH'), 'use the session pooler, port 5432'],
    [pooler, failure('ENOTFOUND'), 'is the project paused?'],
    [other, new AggregateError([failure('ECONNREFUSED')]), 'example.org:5432 cannot be reached: nothing listens there'],
    [other, new Error('timeout expired'), 'it does not answer in time'],
    [other, new Error(NO_TLS), 'has no TLS, and a password goes to another machine only over an encrypted connection'],
    [
      other,
      failure('SELF_SIGNED_CERT_IN_CHAIN'),
      'shows a certificate that proves nothing (SELF_SIGNED_CERT_IN_CHAIN). The password was not sent. Download the root certificate',
    ],
    [pooler, failure('SELF_SIGNED_CERT_IN_CHAIN'), 'To go on with a server that may be anybody, add --unverified'],
    [other, new PasswordAskedFor(), 'asks for the password in clear'],
    [other, new Error('Connection terminated unexpectedly'), 'has cut the connection'],
    [pooler, failure('28P01'), 'refuses the password of postgres.abc: it is the database'],
    [pooler, Object.assign(new Error('Tenant or user not found'), { code: 'XX000' }), 'knows no project of the user postgres.abc'],
    [other, failure('3D000'), 'has no database x'],
    [other, Object.assign(new Error('odd'), { code: 'XX000', severity: 'ERROR' }), 'says: odd (XX000)'],
    [other, Object.assign(new Error('marked'), { code: 'ERR_ODD' }), 'cannot be used: ERR_ODD'],
  ])('is told of in one line: %#', (connection, error, says) => {
    const line = postgresTrouble(error, connection)
    expect(line).toContain(says)
    expect(line).not.toMatch(/marked|\n/)
  })
})

describe('kite migrate --with-cli', () => {
  /** A Supabase CLI that answers so. */
  const cli = (answers: Readonly<Record<string, { readonly code: number | 'missing'; readonly output: string }>>) => {
    const calls: { readonly args: readonly string[]; readonly variables: Readonly<Record<string, string>> }[] = []
    const runTool: NonNullable<CliWorld['runTool']> = async (_name, args, variables) => {
      calls.push({ args, variables })
      return answers[args.includes('--dry-run') ? 'dry' : 'push'] ?? { code: 0, output: '' }
    }
    return { calls, runTool }
  }
  const would = { code: 0, output: 'Would push these migrations:\n' }

  it('shows what it would do, asks, and lets it do it', async () => {
    const { calls, runTool } = cli({ dry: would, push: { code: 0, output: 'Finished supabase db push.\n' } })
    const { code, printed } = await migrate(['--with-cli'], { env: {}, runTool, readLine: () => 'y' })
    expect(code).toBe(0)
    expect(printed).toBe('Would push these migrations:\nFinished supabase db push.\n')
    expect(calls.map(({ args }) => args.join(' '))).toEqual(['db push --dry-run --linked', 'db push --yes --linked'])
  })

  it('keeps the password of the database off its command line', async () => {
    const { calls, runTool } = cli({ dry: { code: 0, output: 'connecting with marked\nWould push\n' } })
    const { printed } = await migrate(['--with-cli', '--yes'], { runTool })
    expect(printed).toContain('connecting with ***')
    expect(calls).toHaveLength(2)
    for (const { args, variables } of calls) {
      expect(args.slice(-1)).toEqual(['postgresql://postgres.abc@aws-0-us-east-1.pooler.supabase.com:5432/postgres'])
      expect(variables).toEqual({ PGPASSWORD: 'marked', PGSSLMODE: 'verify-full' })
    }
  })

  it('passes on how the server has to prove who it is', async () => {
    const { calls, runTool } = cli({ dry: would })
    const env = { SUPABASE_DB_URL: `${POOLER}?sslmode=verify-full&sslrootcert=ca.crt` }
    await migrate(['--with-cli', '--dry-run'], { env, runTool, files: { 'ca.crt': 'a certificate' } })
    expect(calls[0]?.variables).toEqual({ PGPASSWORD: 'marked', PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'ca.crt' })
  })

  it('has the linked project prove who it is too', async () => {
    const { calls, runTool } = cli({ dry: would })
    await migrate(['--with-cli', '--dry-run'], { env: {}, runTool })
    expect(calls.map(({ variables }) => variables)).toEqual([{ PGSSLMODE: 'verify-full' }])
  })

  it.each([
    [['--with-cli', '--dry-run', '--unverified'], POOLER],
    [['--with-cli', '--yes'], 'postgresql://me:marked@localhost/x'],
  ])('is not run against a server that may be anybody, because it tells the password to any: %j', async (args, url) => {
    const { calls, runTool } = cli({ dry: would })
    const { code, remarked } = await migrate(args, { env: { SUPABASE_DB_URL: url }, runTool })
    expect({ code, calls }).toEqual({ code: 1, calls: [] })
    expect(remarked).toContain('--with-cli needs one that proves who it is')
  })

  it.each([
    [['--with-cli', '--dry-run'], would, 0],
    [['--with-cli', '--yes'], { code: 0, output: 'Remote database is up to date.\n' }, 0],
    [['--with-cli', '--yes'], { code: 1, output: 'Cannot find project ref.\n' }, 1],
    [['--with-cli', '--yes'], { code: 'missing', output: '' }, 1],
  ] as const)('pushes nothing when there is nothing to push, or it says no: %#', async (args, dry, code) => {
    const { calls, runTool } = cli({ dry })
    const done = await migrate(args, { env: {}, runTool })
    expect(done.code).toBe(code)
    expect(calls).toHaveLength(1)
    if (dry.code === 'missing') expect(done.remarked).toContain('the Supabase CLI is not installed: leave out --with-cli')
    if (dry.code === 1) expect(done.remarked).toContain('supabase db push --dry-run ended with 1')
  })
})

describe('another program', () => {
  const node = (script: string, variables: Readonly<Record<string, string>> = {}) =>
    runTool(process.execPath, ['-e', script], { cwd: import.meta.dirname, env: { ...process.env, ...variables } })

  it('runs where it is told to, with what it is told, and all that it says is kept', async () => {
    const said = "console.log(process.cwd(), process.env.PGPASSWORD); console.error('and this'); process.exitCode = 3"
    const { code, output } = await node(said, { PGPASSWORD: 'marked' })
    expect(code).toBe(3)
    expect(output).toContain(`${import.meta.dirname} marked\n`)
    expect(output).toContain('and this\n')
  })

  it('is missing when it is not there, and has failed when it was killed', async () => {
    expect(await runTool('no-such-program', [], { cwd: '.', env: {} })).toEqual({ code: 'missing', output: '' })
    expect((await node("process.kill(process.pid, 'SIGKILL')")).code).toBe(1)
  })
})
