import { type CommandDeps, CommandFailed } from '../command.ts'
import { mayApply } from './may-apply.ts'
import type { Connection } from './connection.ts'
import { isVerified } from './tls.ts'

/** `connection`: undefined for the project that the Supabase CLI is linked with. */
export type Push = { readonly connection: Connection | undefined; readonly dryRun: boolean; readonly yes: boolean }

/** Lets the Supabase CLI do it: first it only says what it would do. @returns the exit code. Fails with CommandFailed. */
export const pushBySupabaseCli = async ({ connection, dryRun, yes }: Push, deps: CommandDeps): Promise<number> => {
  if (connection !== undefined && !isVerified(connection.tls))
    throw new CommandFailed(
      'the Supabase CLI tells the password to any server that asks for it, so --with-cli needs one that proves who it is: add sslrootcert=FILE to the connection string, or leave out --with-cli',
    )
  const target = connection === undefined ? ['--linked'] : ['--db-url', withoutPassword(connection)]
  const variables = variablesOf(connection)
  const push = async (...more: readonly string[]): Promise<string> => {
    const args = ['db', 'push', ...more, ...target]
    const { code, output } = await deps.runTool('supabase', args, variables)
    const text = connection?.password === undefined ? output : output.replaceAll(connection.password, '***')
    await deps.print(text)
    if (code === 'missing')
      throw new CommandFailed('the Supabase CLI is not installed: leave out --with-cli, or see https://supabase.com/docs/guides/cli')
    if (code !== 0) throw new CommandFailed(`supabase db push${more.map((word) => ` ${word}`).join('')} ended with ${code}: it says why`)
    return text
  }
  const would = await push('--dry-run')
  if (dryRun || /up to date/i.test(would)) return 0
  if (!(await mayApply(yes, deps))) return 1
  await push('--yes')
  return 0
}

const withoutPassword = ({ host, port, user, database }: Connection): string =>
  `postgresql://${encodeURIComponent(user)}@${hostOf(host)}:${port}/${encodeURIComponent(database)}`

const hostOf = (host: string): string => {
  if (host.startsWith('/')) return encodeURIComponent(host)
  return host.includes(':') ? `[${host}]` : host
}

/**
 * The CLI forgets the TLS of a connection string and reads that of the environment anew for every connection. The password is not on
 * its command line, where others could read it.
 * @see https://github.com/supabase/cli/blob/main/internal/utils/connect.go ToPostgresURL
 */
const variablesOf = (connection: Connection | undefined): Readonly<Record<string, string>> => {
  if (connection === undefined) return { PGSSLMODE: 'verify-full' }
  const { tls, password } = connection
  return {
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    PGSSLMODE: tls.mode === 'none' ? 'disable' : tls.mode,
    ...('authority' in tls && tls.authority !== undefined ? { PGSSLROOTCERT: tls.authority.file } : {}),
  }
}
