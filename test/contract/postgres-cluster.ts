import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import type { Certificate } from '../../cli/certificate.ts'

/**
 * The folder with initdb and pg_ctl, or undefined on a machine without a PostgreSQL server.
 * @throws in continuous integration, where a missing server would hide untested code
 */
export const postgresBinaries = (): string | undefined => {
  const found = globSync(['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql*/bin']).find((dir) => existsSync(join(dir, 'initdb')))
  if (found === undefined && process.env['CI'] === 'true') throw new Error('no PostgreSQL server: install the package postgresql')
  return found
}

export type Server = {
  /** The folder with its socket. */
  readonly dir: string
  /** The port of its socket, and of TCP where it listens there. */
  readonly port: number
  readonly stop: () => void
}

/**
 * A PostgreSQL of its own in a temporary folder, reached by a socket there, its owner called `owner`. `password`: it also listens on
 * 127.0.0.1, where the owner needs this password. `tls`: it offers TLS there.
 */
export const startServer = (
  binaries: string,
  { password, tls, port = 5432 }: { readonly password?: string; readonly tls?: Certificate; readonly port?: number } = {},
): Server => {
  const dir = mkdtempSync(join(tmpdir(), 'postgres-'))
  // The server refuses to run as root.
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  const own = (path: string): void => {
    if (account !== undefined) chownSync(path, account.uid, account.gid)
  }
  own(dir)
  chmodSync(dir, 0o700)
  const write = (name: string, text: string): string => {
    const path = join(dir, name)
    writeFileSync(path, text, { mode: 0o600 })
    own(path)
    return path
  }
  const run = (program: string, ...args: readonly string[]): void => {
    execFileSync(join(binaries, program), args, { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'], ...account })
  }
  const data = join(dir, 'data')
  const access =
    password === undefined ? ['-A', 'trust'] : ['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${write('pw', password)}`]
  run('initdb', '-D', data, '-U', 'owner', ...access, '-E', 'UTF8', '--no-sync')
  const listen = password === undefined ? "''" : '127.0.0.1'
  // In the file, where a test can turn it off while the server runs.
  if (tls !== undefined)
    appendFileSync(
      join(data, 'postgresql.conf'),
      `ssl = on\nssl_cert_file = '${write('cert', tls.cert)}'\nssl_key_file = '${write('key', tls.key)}'\n`,
    )
  const settings = `-p ${port} -c listen_addresses=${listen} -c unix_socket_directories=${dir} -c fsync=off -c deadlock_timeout=50ms -c max_connections=50`
  run('pg_ctl', '-D', data, '-w', '-l', join(dir, 'log'), '-o', settings, 'start')
  return {
    dir,
    port,
    stop: () => {
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export type Cluster = {
  /** A connection as the owner of the schema, or as `role`. */
  readonly connect: (role?: string) => Promise<Client>
  readonly stop: () => Promise<void>
  /** Stops the server at once, whatever it is at. */
  readonly kill: () => void
}

/** A server with the roles and the default rights of a hosted project and the migrations applied. */
export const startCluster = async (binaries: string): Promise<Cluster> => {
  const { dir, stop } = startServer(binaries)
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
      stop()
    },
    kill: stop,
  }
}

const postgresAccount = (): { readonly uid: number; readonly gid: number } => {
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A hosted project gives every role every right on what is made in `public`; the migrations have to take it back. */
export const HOSTED_PROJECT = `
  create role anon; create role authenticated; create role service_role bypassrls;
  create publication supabase_realtime;
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
