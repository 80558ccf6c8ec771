import type { Fault } from './faults.ts'
import type { Plan } from './plan.ts'

/** In every secret of a run: found anywhere else, it has leaked. */
export const MARK = 'S3CR3T'
export const APP_KEY = 'the-app-key'
export const APP_SECRET = `${MARK}-app-secret`

export type Grant = {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly expires_in: number
  readonly token_type: 'Bearer'
  readonly scope: 'api'
}

/** Schwab's own book of its tokens. */
export type SchwabTokens = {
  readonly isAccessGood: (token: string) => boolean
  readonly isRefreshGood: (token: string) => boolean
  /** @param at when, if not now */
  readonly logIn: (account: string, at?: number) => Grant
  readonly issueCode: (account: string, redirectUri: string) => string
  readonly exchange: (code: string, redirectUri: string) => Grant | undefined
  readonly refresh: (token: string) => Grant | undefined
  readonly strike: (fault: Fault) => void
  /** When somebody last logged in. */
  readonly loggedInAt: () => number
}

/** What says whose a token is. */
export const idToken = (account: string): string => `${MARK}.${Buffer.from(JSON.stringify({ sub: account })).toString('base64url')}.x`

const REFRESH_LIFE = 7 * 24 * 3_600_000
const CODE_LIFE = 30_000

type Login = { readonly account: string; readonly until: number }

export const schwabTokens = ({ rotation, accessLife }: Pick<Plan, 'rotation' | 'accessLife'>, now: () => number): SchwabTokens => {
  const access = new Map<string, number>()
  const living = new Map<string, Login>()
  const codes = new Map<string, { readonly account: string; readonly redirectUri: string; readonly until: number }>()
  let made = 0
  let loggedInAt = 0

  const issue = (refreshToken: string, { account }: Login): Grant => {
    const accessToken = `${MARK}-access-${++made}`
    access.set(accessToken, now() + accessLife)
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      id_token: idToken(account),
      expires_in: accessLife / 1000,
      token_type: 'Bearer',
      scope: 'api',
    }
  }
  const add = (login: Login): string => {
    const token = `${MARK}-refresh-${++made}@`
    living.set(token, login)
    return token
  }
  const logIn: SchwabTokens['logIn'] = (account, at = now()) => {
    // A new login ends the refresh tokens of the one before.
    for (const [token, login] of living) if (login.account === account) living.delete(token)
    loggedInAt = at
    const login = { account, until: at + REFRESH_LIFE }
    return issue(add(login), login)
  }
  const isRefreshGood = (token: string): boolean => (living.get(token)?.until ?? 0) > now()
  return {
    isAccessGood: (token) => (access.get(token) ?? 0) > now(),
    isRefreshGood,
    loggedInAt: () => loggedInAt,
    logIn,
    issueCode: (account, redirectUri) => {
      const code = `C0.${MARK}-code-${++made}@`
      codes.set(code, { account, redirectUri, until: now() + CODE_LIFE })
      return code
    },
    exchange: (code, redirectUri) => {
      const found = codes.get(code)
      codes.delete(code)
      return found === undefined || found.redirectUri !== redirectUri || found.until <= now() ? undefined : logIn(found.account)
    },
    refresh: (token) => {
      const login = living.get(token)
      if (login === undefined || !isRefreshGood(token)) return undefined
      if (rotation === 'none') return issue(token, login)
      if (rotation === 'rotate-and-kill-old') living.delete(token)
      return issue(add(login), login)
    },
    strike: ({ kind, amount }) => {
      if (kind === 'revoked') living.clear()
      if (kind === 'access-ended' || amount === 1) access.clear()
    },
  }
}
