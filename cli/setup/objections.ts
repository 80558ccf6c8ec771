import * as z from 'zod'
import { isHeaderSafe, isSupabaseSecretKey } from '../../shared/domain/secret-shapes.ts'

/** What is wrong with a text that a person gave, as a sentence that says what to write; undefined when nothing is. Never quotes what may be a secret. */
export type Objection = (text: string) => string | undefined

const objectionToText: Objection = (text) =>
  isHeaderSafe(text) ? undefined : 'it has a space, a line break or a letter in it that no key has, or is far too long: copy it again'

export const objectionToAppKey: Objection = objectionToText

export const objectionToSecretKey: Objection = (text) => {
  if (text.startsWith('sb_publishable_') || roleOf(text) === 'anon')
    return 'that is the publishable key: the secret one begins with sb_secret_'
  const objection = objectionToText(text)
  return (
    objection ??
    (isSupabaseSecretKey(text) ? undefined : 'that is no secret key of Supabase: it begins with sb_secret_, or in older projects with eyJ')
  )
}

export const objectionToPublishableKey: Objection = (text) => {
  if (text.startsWith('sb_secret_') || roleOf(text) === 'service_role')
    return 'that is the secret key, which no browser may have: the publishable one begins with sb_publishable_'
  return objectionToText(text)
}

export const objectionToSupabaseUrl: Objection = (text) => {
  if (/^postgres(ql)?:/.test(text))
    return 'that is the connection string of the database, for kite migrate: write https://abcdefgh.supabase.co'
  if (!isHeaderSafe(text) || !URL.canParse(text)) return 'that is no address: write https://abcdefgh.supabase.co'
  const { protocol, host, hostname, pathname, search, hash, username } = new URL(text)
  if (/^(www\.)?supabase\.(com|io)$/.test(hostname))
    return "that is the dashboard: the project's own address is https://abcdefgh.supabase.co, with the letters that come after /project/"
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(text))) return `write https://${host}`
  if (pathname !== '/' || search !== '' || hash !== '' || username !== '') return `write it without anything around: ${protocol}//${host}`
  return undefined
}

export const objectionToCallback: Objection = (text) => {
  if (!URL.canParse(text)) return 'that is no address: write https://127.0.0.1:8182'
  const { protocol, username, search, hash } = new URL(text)
  if (protocol !== 'https:') return 'Schwab takes only callback URLs that begin with https://'
  // Also a lone ? or #, which the parsed URL no longer shows.
  if (search !== '' || hash !== '' || username !== '' || /[?#\s]/.test(text)) return 'a callback URL has no ?, # or @ in it'
  return undefined
}

/** Strict, because the address is printed as a part of a command. */
export const objectionToMail: Objection = (text) =>
  /^[\w.%+-]+@[a-z\d-]+(\.[a-z\d-]+)+$/i.test(text) ? undefined : 'that is no mail address: write it as you@example.org'

/** Whether only a browser on this machine can come back there. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && ['127.0.0.1', 'localhost'].includes(new URL(url).hostname)

const Claims = z.object({ role: z.string() })

/** The role in one of Supabase's older keys, which are JWTs. */
const roleOf = (key: string): string | undefined => {
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString())).data?.role
  } catch {
    return undefined
  }
}
