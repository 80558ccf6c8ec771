import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import { MINUTE } from '../../shared/domain/time.ts'
import { Refusal } from './faults/fault.ts'

const CODE_LIFE = 30_000
/** Milliseconds that an access token lives. */
export const ACCESS_LIFE = 30 * MINUTE
const REFRESH_LIFE = 7 * 24 * 60 * MINUTE

const Code = z.object({ redirectUri: z.string(), account: z.string(), expiresAt: z.number() })
const Access = z.object({ expiresAt: z.number(), refused: z.boolean() })
const Refresh = z.object({ account: z.string(), expiresAt: z.number(), refusal: Refusal.optional() })

/** Everything that was handed out and may still come back. */
export const Grants = z.object({
  codes: z.record(z.string(), Code),
  access: z.record(z.string(), Access),
  refresh: z.record(z.string(), Refresh),
})
export type Grants = z.infer<typeof Grants>
type Refresh = z.infer<typeof Refresh>

/** The tokens of one login or refresh. */
export type Issued = { readonly accessToken: string; readonly refreshToken: string; readonly account: string }

export type GrantBook = {
  readonly grants: Grants
  readonly issueCode: (redirectUri: string, account: string) => string
  /** Uses up the code; undefined when it is unknown, used, expired or for another address. A login kills the earlier refresh tokens. */
  readonly redeemCode: (code: string, redirectUri: string) => Issued | undefined
  readonly findRefresh: (token: string) => { readonly account: string; readonly refusal: Refusal | undefined }
  /** @param refused the access token will not be good for data */
  readonly refresh: (token: string, mode: 'none' | 'rotate' | 'rotate-and-kill-old', refused: boolean) => Issued
  readonly issueAccess: (lifeMs: number, refused: boolean) => string
  readonly isAccessGood: (token: string) => boolean
  /** Ends this access token, or all. */
  readonly expireAccess: (token?: string) => void
  /** Has this refresh token, or all, refused in these words. */
  readonly revokeRefresh: (refusal: Refusal, token?: string) => void
}

/** @param onChange is called when something was handed out or ended, to save it before it is answered */
export const grantBook = (saved: Grants | undefined, clock: () => number, onChange: () => void): GrantBook => {
  const grants: Grants = saved ?? { codes: {}, access: {}, refresh: {} }
  const secret = (prefix: string): string => `${prefix}${randomBytes(24).toString('base64url')}@`

  const issueAccess = (lifeMs: number, refused: boolean): string => {
    prune(grants, clock())
    const token = secret('I0.')
    grants.access[token] = { expiresAt: clock() + lifeMs, refused }
    onChange()
    return token
  }
  const issueRefresh = (grant: Refresh): string => {
    const token = secret('')
    grants.refresh[token] = grant
    return token
  }
  const revokeRefresh = (refusal: Refusal, token?: string): void => {
    for (const [name, grant] of Object.entries(grants.refresh)) if (token === undefined || token === name) grant.refusal = refusal
    onChange()
  }

  return {
    grants,
    issueAccess,
    revokeRefresh,
    issueCode: (redirectUri, account) => {
      const code = `C0.${randomUUID()}@`
      grants.codes[code] = { redirectUri, account, expiresAt: clock() + CODE_LIFE }
      onChange()
      return code
    },
    redeemCode: (code, redirectUri) => {
      const found = grants.codes[code]
      delete grants.codes[code]
      onChange()
      if (found === undefined || found.redirectUri !== redirectUri || clock() >= found.expiresAt) return undefined
      revokeRefresh('schwab')
      const refreshToken = issueRefresh({ account: found.account, expiresAt: clock() + REFRESH_LIFE })
      return { accessToken: issueAccess(ACCESS_LIFE, false), refreshToken, account: found.account }
    },
    findRefresh: (token) => {
      const found = grants.refresh[token]
      if (found === undefined) return { account: '', refusal: 'schwab' }
      return { account: found.account, refusal: found.refusal ?? (clock() < found.expiresAt ? undefined : 'schwab') }
    },
    refresh: (token, mode, refused) => {
      const found = grants.refresh[token]
      const account = found?.account ?? ''
      const refreshToken = mode === 'none' || found === undefined ? token : issueRefresh({ account, expiresAt: found.expiresAt })
      if (mode === 'rotate-and-kill-old' && found !== undefined) found.refusal = 'schwab'
      return { accessToken: issueAccess(ACCESS_LIFE, refused), refreshToken, account }
    },
    isAccessGood: (token) => {
      const found = grants.access[token]
      return found !== undefined && !found.refused && clock() < found.expiresAt
    },
    expireAccess: (token) => {
      for (const [name, grant] of Object.entries(grants.access)) if (token === undefined || token === name) grant.expiresAt = 0
      onChange()
    },
  }
}

/** What has expired is refused like what never was, so it need not be kept. */
const prune = (grants: Grants, now: number): void => {
  for (const kind of [grants.codes, grants.access, grants.refresh] satisfies readonly Record<string, { expiresAt: number }>[]) {
    for (const [name, grant] of Object.entries(kind)) if (grant.expiresAt <= now) delete kind[name]
  }
}
