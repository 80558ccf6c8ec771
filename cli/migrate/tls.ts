import { type CommandDeps, UsageError } from '../command.ts'

/** `preferred`: encrypted where the server offers it. `ca`: text of the certificates to trust; undefined: those of Node. */
export type Tls =
  | { readonly mode: 'none' }
  | { readonly mode: 'preferred' }
  | { readonly mode: 'required' }
  | { readonly mode: 'verify-ca' | 'verify-full'; readonly ca: string | undefined }

/** `sslmode` and `sslrootcert` of a connection string, as libpq takes them. A host of Supabase is never reached without TLS. */
export const tlsOf = (host: string, query: URLSearchParams, readFile: CommandDeps['readFile']): Tls => {
  const mode = query.get('sslmode') ?? 'prefer'
  if (!MODES.includes(mode)) throw new UsageError(`sslmode=${mode} is none of ${MODES.join(', ')}`)
  if (host.startsWith('/')) return { mode: 'none' }
  const file = query.get('sslrootcert')
  const ca = file === null ? undefined : readFile(file)
  if (mode === 'verify-full') return { mode, ca }
  if (mode === 'verify-ca' || (mode === 'require' && ca !== undefined)) return { mode: 'verify-ca', ca }
  if (mode === 'require' || isSupabase(host)) return { mode: 'required' }
  return { mode: mode === 'disable' ? 'none' : 'preferred' }
}

/** A host of Supabase, whose rules differ. */
export const isSupabase = (host: string): boolean => /\.supabase\.(co|com)$/i.test(host)

const MODES: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
