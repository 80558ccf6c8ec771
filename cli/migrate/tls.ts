import { isIP } from 'node:net'
import { type CommandDeps, UsageError } from '../command.ts'

/**
 * How far a link to a database can be trusted. `none`: a socket of this machine. `plain` and `preferred`: to this machine, without TLS
 * and with it where the server offers it. `unverified`: encrypted, but the server may be anybody. `verify-ca`, `verify-full`: the server
 * has proved who it is.
 */
export type Tls =
  | { readonly mode: 'none' }
  | { readonly mode: 'plain' }
  | { readonly mode: 'preferred' }
  | { readonly mode: 'unverified' }
  | { readonly mode: 'verify-ca'; readonly authority: Authority }
  | { readonly mode: 'verify-full'; readonly authority: Authority | undefined }

/** The certificates to trust, and the file that they are in. */
type Authority = { readonly file: string; readonly text: string }

/** What a connection string and the command line say about TLS. */
type Wish = { readonly host: string; readonly query: URLSearchParams; readonly unverified: boolean }

/**
 * `sslmode` and `sslrootcert` of a connection string. They are as libpq takes them only on this machine: elsewhere the server always
 * proves who it is, unless the person goes on without by `--unverified`, and no link is in clear. Fails with UsageError.
 */
export const tlsOf = ({ host, query, unverified }: Wish, readFile: CommandDeps['readFile']): Tls => {
  const mode = query.get('sslmode') ?? 'prefer'
  if (!MODES.includes(mode)) throw new UsageError(`sslmode=${mode} is none of ${MODES.join(', ')}`)
  if (host.startsWith('/')) return { mode: 'none' }
  const file = query.get('sslrootcert')
  const asksForProof = file !== null || mode.startsWith('verify-')
  if (unverified && asksForProof)
    throw new UsageError('--unverified contradicts the connection string, which asks for a verified certificate: take one of the two')
  // libpq calls the store of the system so.
  const authority = file === null || file === 'system' ? undefined : { file, text: readFile(file) }
  // An authority that signs for everybody proves nothing without the name of the host.
  if (authority !== undefined && (mode === 'verify-ca' || mode === 'require')) return { mode: 'verify-ca', authority }
  if (asksForProof) return { mode: 'verify-full', authority }
  if (unverified) return { mode: 'unverified' }
  if (!isLoopback(host)) return { mode: 'verify-full', authority: undefined }
  if (mode === 'require') return { mode: 'unverified' }
  return mode === 'disable' ? { mode: 'plain' } : { mode: 'preferred' }
}

/** Whether it is certain who is at the other end, so that a password may be given to it as it is. */
export const isVerified = ({ mode }: Tls): boolean => mode === 'none' || mode === 'verify-ca' || mode === 'verify-full'

/** A host of Supabase, whose rules differ. */
export const isSupabase = (host: string): boolean => /\.supabase\.(co|com)$/i.test(host)

const isLoopback = (host: string): boolean => /^localhost$/i.test(host) || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

const MODES: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
