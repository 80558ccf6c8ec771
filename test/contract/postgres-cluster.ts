import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import type { Certificate } from '../../cli/certificate.ts'
import { type Migration, readMigrations } from '../../cli/migrate/migration.ts'
import { listen } from '../../local/listen.ts'
import { guarded } from '../../local/process/guarded.ts'
import { until } from '../until.ts'

/**
 * The folder with initdb and postgres, or undefined on a machine without a PostgreSQL server.
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
  /** At once, whatever it is at. */
  readonly stop: () => Promise<void>
}

/**
 * A PostgreSQL of its own in a temporary folder, reached by a socket there, its owner called `owner`. It ends with this process. `password`:
 * it also listens on 127.0.0.1, where the owner needs this password. `tls`: it offers TLS there.
 * @throws with what the server says when it does not start
 */
export const startServer = async (
  binaries: string,
  { password, tls }: { readonly password?: string; readonly tls?: Certificate } = {},
): Promise<Server> => {
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
  const log = write('log', '')
  const start = (program: string, ...args: readonly string[]): ChildProcess => {
    const output = openSync(log, 'a')
    return guarded(spawn(join(binaries, program), args, { cwd: dir, stdio: ['ignore', output, output], ...account }), 'SIGQUIT')
  }
  const data = join(dir, 'data')
  const access =
    password === undefined ? ['-A', 'trust'] : ['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${write('pw', password)}`]
  const [code] = await once(start('initdb', '-D', data, '-U', 'owner', ...access, '-E', 'UTF8', '--no-sync'), 'exit')
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${readFileSync(log, 'utf8')}`)
  // In the file, where a test can turn it off while the server runs.
  if (tls !== undefined)
    appendFileSync(
      join(data, 'postgresql.conf'),
      `ssl = on\nssl_cert_file = '${write('cert', tls.cert)}'\nssl_key_file = '${write('key', tls.key)}'\n`,
    )
  const settings = {
    listen_addresses: password === undefined ? '' : '127.0.0.1',
    unix_socket_directories: dir,
    fsync: 'off',
    deadlock_timeout: '50ms',
    max_connections: '50',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const startOn = async (port: number): Promise<ChildProcess | undefined> => {
    const process = start('postgres', '-D', data, '-p', String(port), ...options)
    const isListening = await until(
      () => (process.exitCode !== null ? false : isReady(data) ? true : undefined),
      'the database server is ready, or has ended',
    )
    return isListening ? process : undefined
  }
  // A port that was free a moment ago may belong to somebody else by now.
  let port = SOCKET_PORT
  let server: ChildProcess | undefined
  for (let attempt = 0; attempt < 5 && server === undefined; attempt++) {
    if (password !== undefined) port = await freePort()
    server = await startOn(port)
  }
  if (server === undefined) throw new Error(`the database server does not start: ${readFileSync(log, 'utf8')}`)
  const running = server
  const ended = once(running, 'exit')
  return {
    dir,
    port,
    stop: async () => {
      running.kill('SIGQUIT')
      await ended
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** It names the socket in the server's own folder, and nothing else. */
const SOCKET_PORT = 5432

const freePort = async (): Promise<number> => {
  const probe = createServer()
  const port = await listen(probe, 0)
  probe.close()
  return port
}

/** The server's own word, in the last line of the file with its process id. */
const isReady = (data: string): boolean => {
  const path = join(data, 'postmaster.pid')
  return existsSync(path) && readFileSync(path, 'utf8').trimEnd().endsWith('ready')
}

export type Cluster = {
  /** A connection as the owner of the schema, or as `role`. */
  readonly connect: (role?: string) => Promise<Client>
  readonly stop: () => Promise<void>
}

/** A server with the roles and the default rights of a hosted project and the migrations applied. @param applied default: all of the checkout */
export const startCluster = async (
  binaries: string,
  applied: readonly Pick<Migration, 'sql'>[] = readMigrations(MIGRATIONS),
): Promise<Cluster> => {
  const { dir, stop } = await startServer(binaries)
  const clients: Client[] = []
  const connect = async (role?: string): Promise<Client> => {
    const client = new Client({ host: dir, user: 'owner', database: 'postgres', options: role === undefined ? '' : `-c role=${role}` })
    await client.connect()
    clients.push(client)
    return client
  }
  const owner = await connect()
  await owner.query(HOSTED_PROJECT)
  for (const { sql } of applied) await owner.query(sql)
  return {
    connect,
    stop: async () => {
      await Promise.all(clients.map((client) => client.end()))
      await stop()
    },
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

const MIGRATIONS = resolve(import.meta.dirname, '../../supabase/migrations')
