import { type CommandDeps, UsageError } from '../command.ts'

/** `preferred`: encrypted where the server offers it. */
export type Tls =
  | { readonly mode: 'none' }
  | { readonly mode: 'preferred' }
  | { readonly mode: 'required' }
  | { readonly mode: 'verify-ca' | 'verify-full'; readonly authority: Authority | undefined }

/** The certificates to trust, and the file that they are in. */
type Authority = { readonly file: string; readonly text: string }

/** `sslmode` and `sslrootcert` of a connection string, as libpq takes them. A host of Supabase is never reached without TLS. */
export const tlsOf = (host: string, query: URLSearchParams, readFile: CommandDeps['readFile']): Tls => {
  const mode = query.get('sslmode') ?? 'prefer'
  if (!MODES.includes(mode)) throw new UsageError(`sslmode=${mode} is none of ${MODES.join(', ')}`)
  if (host.startsWith('/')) return { mode: 'none' }
  const file = query.get('sslrootcert')
  const authority = file === null ? undefined : { file, text: readFile(file) }
  if (mode === 'verify-full') return { mode, authority }
  if (mode === 'verify-ca' || (mode === 'require' && authority !== undefined)) return { mode: 'verify-ca', authority }
  if (mode === 'require' || isSupabase(host)) return { mode: 'required' }
  return { mode: mode === 'disable' ? 'none' : 'preferred' }
}

/** A host of Supabase, whose rules differ. */
export const isSupabase = (host: string): boolean => /\.supabase\.(co|com)$/i.test(host)

const MODES: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
