import { createHash } from 'node:crypto'
import type { HttpRequest } from '../../shared/lambda/http-handler.ts'
import { MINUTE } from '../../shared/domain/time.ts'

/** How long a login may take, from the button to the callback, milliseconds. */
export const LOGIN_LIFE = 10 * MINUTE
/** Longer than a login, seconds: who comes back too late shall read that, and not that it was another browser. */
const COOKIE_LIFE = 3600
/** Bytes of what nobody may guess. */
export const SECRET_BYTES = 32

/** `__Host-`: only this host could have set it. */
const COOKIE = '__Host-kite-login'

/** What this browser was given when it began a login; undefined when it has nothing of ours. */
export const browserOf = ({ cookies }: HttpRequest): string | undefined => {
  const value = cookies.get(COOKIE)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

/** Has the browser keep `value` until the login is over. */
export const browserCookie = (value: string): string => `${COOKIE}=${value}; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=${COOKIE_LIFE}`

/** What of a secret is stored or compared. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
