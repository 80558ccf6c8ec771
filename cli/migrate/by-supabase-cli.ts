import { type CommandDeps, CommandFailed } from '../command.ts'
import { mayApply } from './may-apply.ts'
import type { Connection } from './connection.ts'

/** `connection`: undefined for the project that the Supabase CLI is linked with. */
export type Push = { readonly connection: Connection | undefined; readonly dryRun: boolean; readonly yes: boolean }

/** Lets the Supabase CLI do it: first it only says what it would do. @returns the exit code. Fails with CommandFailed. */
export const pushBySupabaseCli = async ({ connection, dryRun, yes }: Push, deps: CommandDeps): Promise<number> => {
  const target = connection === undefined ? ['--linked'] : ['--db-url', withoutPassword(connection)]
  // Not on its command line, where others could read it.
  const variables = connection?.password === undefined ? {} : { PGPASSWORD: connection.password }
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

const withoutPassword = ({ host, port, user, database, tls }: Connection): string => {
  const url = new URL(
    `postgresql://${encodeURIComponent(user)}@${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURIComponent(database)}`,
  )
  if ('authority' in tls && tls.authority !== undefined) url.searchParams.set('sslrootcert', tls.authority.file)
  if (tls.mode !== 'preferred') url.searchParams.set('sslmode', SSLMODE[tls.mode])
  return url.href
}

const SSLMODE = { none: 'disable', required: 'require', 'verify-ca': 'verify-ca', 'verify-full': 'verify-full' } as const
