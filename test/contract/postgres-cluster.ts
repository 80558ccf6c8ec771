import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'

/**
 * The folder with initdb and pg_ctl, or undefined on a machine without a PostgreSQL server.
 * @throws in continuous integration, where a missing server would hide untested code
 */
export const postgresBinaries = (): string | undefined => {
  const found = globSync(['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql*/bin']).find((dir) => existsSync(join(dir, 'initdb')))
  if (found === undefined && process.env['CI'] === 'true') throw new Error('no PostgreSQL server: install the package postgresql')
  return found
}

export type Cluster = {
  /** A connection as the owner of the schema, or as `role`. */
  readonly connect: (role?: string) => Promise<Client>
  readonly stop: () => Promise<void>
}

/** A PostgreSQL of its own in a temporary folder, reached by a socket there, with the roles and the default rights of a hosted project and the migrations applied. */
export const startCluster = async (binaries: string): Promise<Cluster> => {
  const dir = mkdtempSync(join(tmpdir(), 'postgres-'))
  // The server refuses to run as root.
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  if (account !== undefined) chownSync(dir, account.uid, account.gid)
  chmodSync(dir, 0o700)
  const run = (program: string, ...args: readonly string[]): void => {
    execFileSync(join(binaries, program), args, { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'], ...account })
  }
  const data = join(dir, 'data')
  run('initdb', '-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--no-sync')
  const settings = `-c listen_addresses='' -c unix_socket_directories=${dir} -c fsync=off -c deadlock_timeout=50ms -c max_connections=50`
  run('pg_ctl', '-D', data, '-w', '-l', join(dir, 'log'), '-o', settings, 'start')

  const clients: Client[] = []
  const connect = async (role?: string): Promise<Client> => {
    const client = new Client({ host: dir, user: 'owner', database: 'postgres', options: role === undefined ? '' : `-c role=${role}` })
    await client.connect()
    clients.push(client)
    return client
  }
  const owner = await connect()
  await owner.query(HOSTED_PROJECT)
  for (const sql of migrations()) await owner.query(sql)
  return {
    connect,
    stop: async () => {
      await Promise.all(clients.map((client) => client.end()))
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const postgresAccount = (): { readonly uid: number; readonly gid: number } => {
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A hosted project gives every role every right on what is made in `public`; the migrations have to take it back. */
const HOSTED_PROJECT = `
  create role anon; create role authenticated; create role service_role bypassrls;
  grant usage on schema public to anon, authenticated, service_role;
  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
  alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
`

const migrations = (): readonly string[] => {
  const dir = resolve(import.meta.dirname, '../../supabase/migrations')
  return readdirSync(dir)
    .toSorted()
    .map((file) => readFileSync(join(dir, file), 'utf8'))
}
