import { type CommandDeps, CommandFailed, UsageError } from '../command.ts'
import { isSupabase, type Tls, tlsOf } from './tls.ts'

/** Where a database is, and as whom. `where`: for people, without the password. */
export type Connection = {
  readonly where: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password: string | undefined
  readonly tls: Tls
}

const EXAMPLE = 'postgresql://postgres.abcdefgh:PASSWORD@aws-0-us-east-1.pooler.supabase.com:5432/postgres'
export const WHERE_TO_FIND = 'dashboard of the project, Connect, Session pooler'

/** `unverified`: go on with a server that cannot prove who it is. */
export type Trust = { readonly unverified: boolean }

/** Reads a connection string. Fails with UsageError that does not repeat it: it holds a password. */
export const readConnection = (text: string, { unverified }: Trust, readFile: CommandDeps['readFile']): Connection => {
  if (/^https?:/.test(text)) throw new UsageError(`that is a web address: the connection string is as ${EXAMPLE} (${WHERE_TO_FIND})`)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.hash !== '')
    throw new UsageError(
      `that is no connection string: write ${EXAMPLE} (${WHERE_TO_FIND}); in the password write # as %23, / as %2F, ? as %3F, @ as %40 and : as %3A`,
    )
  const query = url.searchParams
  const host = (query.get('host') ?? decoded(url.hostname)).replace(/^\[(.*)\]$/, '$1') || 'localhost'
  const port = Number(query.get('port') ?? (url.port || 5432))
  const user = decoded(url.username) || query.get('user') || 'postgres'
  const database = decoded(url.pathname.slice(1)) || 'postgres'
  return {
    where: `${database} at ${host}:${port}, as ${user}`,
    host,
    port,
    user,
    database,
    // The dashboard shows it so.
    password: ['', '[YOUR-PASSWORD]'].includes(decoded(url.password)) ? undefined : decoded(url.password),
    tls: tlsOf({ host, query, unverified }, readFile),
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new UsageError('the connection string has a % that begins no character: write % as %25')
  }
}

/** The connection that is meant: of the option, else of the environment, else as the person says. Fails with UsageError or CommandFailed. */
export const findConnection = async (option: string | undefined, trust: Trust, deps: CommandDeps): Promise<Connection> => {
  const text = option ?? (deps.env['SUPABASE_DB_URL'] || (await askForConnection(deps)))
  const connection = readConnection(text.trim(), trust, deps.readFile)
  const password = connection.password ?? deps.env['SUPABASE_DB_PASSWORD']
  if (password !== undefined || !isSupabase(connection.host)) return { ...connection, password }
  const answer = deps.hasTerminal ? await deps.readSecret('Password of the database: ') : undefined
  if (answer === undefined || answer === '')
    throw new CommandFailed('the connection string has no password: put it there, or into SUPABASE_DB_PASSWORD. Nothing was applied')
  return { ...connection, password: answer }
}

const askForConnection = async ({ hasTerminal, readSecret }: CommandDeps): Promise<string> => {
  const answer = hasTerminal ? await readSecret(`Connection string of the database (${WHERE_TO_FIND}): `) : undefined
  if (answer !== undefined && answer.trim() !== '') return answer
  throw new CommandFailed(
    `give the connection string of the database (${WHERE_TO_FIND}) as SUPABASE_DB_URL or --db-url; a local stack needs none: npm start applies its migrations by itself`,
  )
}
