import { chainOf, networkTrouble } from '../network-trouble.ts'
import { type Connection, WHERE_TO_FIND } from './connection.ts'
import { isSupabase } from './tls.ts'

/** What pg says when a server answers the question for TLS with no. */
export const NO_TLS = 'The server does not support SSL connections'

/** A server that has not proved who it is asked for the password in a form that would tell it. Nothing was sent. */
export class PasswordAskedFor extends Error {
  override readonly name = 'PasswordAskedFor'
}

/** Why a database could not be reached or asked, and what to do, in one line without the password. */
export const postgresTrouble = (error: unknown, { host, port, user, database, tls }: Connection): string => {
  const [{ code, message }] = [chainOf(error)[0] ?? { code: '', message: '' }]
  const at = host.startsWith('/') ? host : `${host}:${port}`
  if (code === '28P01' || code === '28000') return `${at} refuses the password of ${user}: ${PASSWORD}`
  if (/tenant or user not found/i.test(message))
    return `${at} knows no project of the user ${user}: copy the connection string anew (${WHERE_TO_FIND}), its user is postgres. and the project's letters`
  if (code === '3D000') return `${at} has no database ${database}: Supabase's is called postgres`
  if (code === '53300' || /max clients/i.test(message)) return `${at} has no connection left: try again in a minute`
  if (error instanceof PasswordAskedFor)
    return `${at} asks for the password in clear and has not proved that it is the right server. The password was not sent. ${HOW_TO_VERIFY}`
  if (message.startsWith(NO_TLS))
    return `${at} has no TLS, and a password goes to another machine only over an encrypted connection. The password was not sent. Is that the right host?`
  if (/CERT|ISSUER|SIGNATURE/.test(code))
    return `${at} shows a certificate that proves nothing (${code}). The password was not sent. ${HOW_TO_VERIFY}${isVerifiedByFile(tls) ? '' : GO_ON}`
  if (/terminated unexpectedly/.test(message)) return `${at} has cut the connection: try again, and if it stays so, is that the right port?`
  const network = networkTrouble(error) ?? (/timeout/.test(message) ? 'it does not answer in time' : undefined)
  if (network !== undefined) return `${at} cannot be reached: ${network}${adviceFor(host)}`
  // The database's own words; those of a library may quote the connection string.
  if (error instanceof Error && 'severity' in error) return `${at} says: ${message}${code === '' ? '' : ` (${code})`}`
  return `${at} cannot be used: ${code === '' ? 'the connection failed' : code}`
}

const HOW_TO_VERIFY =
  'Download the root certificate of the server, add sslrootcert=FILE to the connection string and try again. Supabase has it in the dashboard of the project: Settings, Database, SSL configuration, "Download certificate"'
const GO_ON = '. To go on with a server that may be anybody, add --unverified: it is then told no password in clear'

const isVerifiedByFile = (tls: Connection['tls']): boolean => 'authority' in tls && tls.authority !== undefined

const PASSWORD = "it is the database's password, not your own at Supabase; it can be reset under Database, Settings"

/** Direct connections of hosted projects have an IPv6 address alone. */
const adviceFor = (host: string): string => {
  if (host.startsWith('db.') && isSupabase(host))
    return `. Its direct connections are for IPv6 alone: use the session pooler, port 5432 (${WHERE_TO_FIND})`
  return isSupabase(host) ? `. Copy the connection string anew (${WHERE_TO_FIND}); is the project paused?` : ''
}
