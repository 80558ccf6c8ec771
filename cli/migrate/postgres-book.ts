import { Client, type ClientConfig, DatabaseError, type QueryResultRow } from 'pg'
import { CommandFailed } from '../command.ts'
import type { Connection } from './connection.ts'
import type { StoredFunction } from './declared-functions.ts'
import type { Migration, MigrationBook } from './migration.ts'
import { NO_TLS, PasswordAskedFor, postgresTrouble } from './postgres-trouble.ts'
import { isVerified } from './tls.ts'

const CONNECT_TIMEOUT_MS = 15_000

/** The record where the Supabase CLI keeps it, so that both may take turns. Fails with CommandFailed. */
export const openPostgresBook = async (connection: Connection): Promise<MigrationBook> => {
  const client = await connect(connection).catch((cause: unknown) => {
    throw new CommandFailed(`${postgresTrouble(cause, connection)}. Nothing was applied`, { cause })
  })
  const select = async <Row extends QueryResultRow>(sql: string): Promise<readonly Row[]> => {
    try {
      return (await client.query<Row>(sql)).rows
    } catch (cause) {
      throw new CommandFailed(postgresTrouble(cause, connection), { cause })
    }
  }
  return {
    applied: async () => {
      const [{ there } = { there: false }] = await select<{ there: boolean }>(`select to_regclass('${TABLE}') is not null as there`)
      if (!there) return []
      // The record of an old Supabase CLI has no statements.
      const rows = await select<{ row: { version: string; statements?: string[] | null } }>(
        `select to_json(m) as row from ${TABLE} m order by version`,
      )
      return rows.map(({ row: { version, statements } }) => ({ version, statements: statements ?? undefined }))
    },
    functions: () => select<StoredFunction>(FUNCTIONS),
    apply: (migration) => apply(client, migration, connection),
    close: () => client.end(),
  }
}

const connect = async (connection: Connection): Promise<Client> => {
  const { mode } = connection.tls
  try {
    return await connectOnce(connection, sslOf(connection))
  } catch (error) {
    if (mode !== 'preferred' || !(error instanceof Error && error.message.startsWith(NO_TLS))) throw error
    return connectOnce(connection, false)
  }
}

const connectOnce = async ({ host, port, user, database, password, tls }: Connection, ssl: ClientConfig['ssl']): Promise<Client> => {
  const client = new Client({ host, port, user, database, password, ssl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  // The query under way fails with the same error; without a listener it would also end the process.
  client.on('error', () => {})
  const connected = client.connect()
  if (!isVerified(tls)) keepPassword(client)
  await connected
  return client
}

/** SCRAM shows that both ends know the password and tells it to neither; in clear it is told, and from an MD5 digest it can be guessed. */
const keepPassword = ({ connection }: Client): void => {
  for (const question of ['authenticationCleartextPassword', 'authenticationMD5Password']) {
    // In place of pg's own listener, which would answer.
    connection.removeAllListeners(question)
    connection.on(question, () => {
      connection.stream.destroy()
      connection.emit('error', new PasswordAskedFor())
    })
  }
}

const sslOf = ({ tls }: Connection): NonNullable<ClientConfig['ssl']> => {
  if (tls.mode === 'none' || tls.mode === 'plain') return false
  if (tls.mode === 'preferred' || tls.mode === 'unverified') return { rejectUnauthorized: false }
  // Said, because NODE_TLS_REJECT_UNAUTHORIZED would else decide. Without an authority: those that Node knows.
  const proof = { rejectUnauthorized: true, ...(tls.authority === undefined ? {} : { ca: tls.authority.text }) }
  return tls.mode === 'verify-full' ? proof : { ...proof, checkServerIdentity: () => undefined }
}

const FUNCTIONS = "select proname as name, prosrc as body from pg_catalog.pg_proc where pronamespace = to_regnamespace('public')"

const TABLE = 'supabase_migrations.schema_migrations'

/** @see https://github.com/supabase/cli/blob/main/pkg/migration/history.go for the columns */
const MAKE_TABLE = `
  create schema if not exists supabase_migrations;
  create table if not exists ${TABLE} (version text not null primary key);
  alter table ${TABLE} add column if not exists statements text[];
  alter table ${TABLE} add column if not exists name text;
`

/** The lock ends with the transaction, so that it also works through a pooler that changes connections in between. */
const LOCK = `
  reset all;
  set local lock_timeout = '60s';
  select pg_advisory_xact_lock(hashtext('${TABLE}'));
`

const apply = async (client: Client, { file, version, name, sql }: Migration, connection: Connection): Promise<'applied' | 'was_there'> => {
  let isCommitting = false
  try {
    await client.query('begin')
    await client.query(LOCK)
    await client.query(MAKE_TABLE)
    const { rowCount } = await client.query(`select from ${TABLE} where version = $1`, [version])
    if (rowCount !== 0) {
      await client.query('rollback')
      return 'was_there'
    }
    await client.query(sql)
    await client.query(`insert into ${TABLE} (version, name, statements) values ($1, $2, $3)`, [version, name, [sql]])
    isCommitting = true
    await client.query('commit')
    return 'applied'
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    const why = cause instanceof DatabaseError ? databaseText(cause, sql) : postgresTrouble(cause, connection)
    const outcome =
      isCommitting && !(cause instanceof DatabaseError)
        ? 'Whether it was applied is not known: kite migrate --dry-run tells'
        : 'Nothing of it was applied; those before it were, and stay'
    throw new CommandFailed(`${file}: ${why}. ${outcome}`, { cause })
  }
}

const databaseText = ({ message, code = '', hint, position }: DatabaseError, sql: string): string => {
  const line = position === undefined ? '' : `line ${sql.slice(0, Number(position)).split('\n').length}: `
  return `${line}${message} (${code})${ADVICE[code] ?? (hint === undefined ? '' : `: ${hint}`)}`
}

const BY_HAND =
  '. If the files were run by hand before, the record lacks them: supabase migration repair --status applied VERSION, for each that was'

const ADVICE: Readonly<Record<string, string>> = {
  '55P03': '. Somebody else is migrating, or a table is in use: try again in a minute',
  '42501': '. Connect as the user postgres of the project',
  '42P07': BY_HAND,
  '42710': BY_HAND,
  '42723': BY_HAND,
}
