import { beforeEach, describe, expect, it } from 'vitest'
import { storedTokens } from '../../shared/adapters/tokens.ts'
import { SchwabUnavailable } from '../../shared/domain/errors.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { formatToken, parseToken, type Token } from '../../shared/domain/token.ts'
import type { SecretVersions, TokenAnswer } from '../../shared/ports.ts'
import { memorySecret, type MemorySecret } from '../fakes/memory-secret.ts'

const LOGIN = Date.UTC(2026, 0, 5, 15)
const token = (accessToken: string, livesUntil: number): Token => ({
  accessToken,
  refreshToken: 'refresh-0',
  accessExpiresAt: livesUntil,
  loggedInAt: LOGIN,
  rest: { scope: 'api' },
})

let now: number
let secret: MemorySecret
let logged: string
let refreshed: string[]
let answer: (times: number) => Promise<TokenAnswer>

const tokens = (over: SecretVersions = secret) =>
  storedTokens({
    secret: over,
    endpoint: {
      refresh: async (refreshToken) => {
        refreshed.push(refreshToken)
        return answer(refreshed.length)
      },
      exchangeCode: () => Promise.reject(new Error('nobody logs in here')),
    },
    clock: () => now,
    log: (event, fields) => (logged += JSON.stringify({ event, fields })),
  })
const stored = async (): Promise<Token> => parseToken((await secret.current()).value)
const put = (accessToken: string, livesMinutes: number): string =>
  secret.putCurrent(formatToken(token(accessToken, now + livesMinutes * MINUTE)))

beforeEach(() => {
  now = LOGIN
  logged = ''
  refreshed = []
  answer = async (times) => ({ accessToken: `fresh-${times}`, refreshToken: `refresh-${times}`, expiresInSeconds: 1800 })
  secret = memorySecret()
  put('access-0', 30)
})

describe('a living token', () => {
  it('is used without a refresh', async () => {
    expect(await tokens().accessToken()).toBe('access-0')
    expect(refreshed).toEqual([])
  })

  it('is used for five minutes without another look at the secret', async () => {
    const subject = tokens()
    await subject.accessToken()
    put('by-hand', 30)
    now += 5 * MINUTE - 1
    expect(await subject.accessToken()).toBe('access-0')
    now += 1
    expect(await subject.accessToken()).toBe('by-hand')
    expect(refreshed).toEqual([])
  })
})

describe('a token that is about to end', () => {
  beforeEach(() => {
    put('ending', 2)
  })

  it('is refreshed once for all who ask at the same time', async () => {
    const subject = tokens()
    expect(await Promise.all([subject.accessToken(), subject.accessToken(), subject.accessToken()])).toEqual([
      'fresh-1',
      'fresh-1',
      'fresh-1',
    ])
    expect(refreshed).toEqual(['refresh-0'])
  })

  it('is replaced in the secret by one that keeps the login and what the vendor said besides', async () => {
    await tokens().accessToken()
    expect(await stored()).toEqual({
      accessToken: 'fresh-1',
      refreshToken: 'refresh-1',
      accessExpiresAt: now + 30 * MINUTE,
      loggedInAt: LOGIN,
      rest: { scope: 'api' },
    })
  })

  it('keeps its refresh token when the answer has none', async () => {
    answer = async () => ({ accessToken: 'fresh' })
    await tokens().accessToken()
    expect(await stored()).toMatchObject({ accessToken: 'fresh', refreshToken: 'refresh-0', accessExpiresAt: now + 30 * MINUTE })
  })

  it('gives way to the token of a refresher that was faster', async () => {
    const slower: SecretVersions = {
      ...secret,
      putPending: async (value) => {
        put('of-the-winner', 30)
        return secret.putPending(value)
      },
    }
    expect(await tokens(slower).accessToken()).toBe('of-the-winner')
    expect(await stored()).toMatchObject({ accessToken: 'of-the-winner' })
  })

  it('is refreshed again by the next who asks when Schwab was down', async () => {
    answer = async (times) => {
      if (times === 1) throw new SchwabUnavailable('down')
      return { accessToken: 'fresh', expiresInSeconds: 1800 }
    }
    const subject = tokens()
    await expect(subject.accessToken()).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
    expect(await stored()).toMatchObject({ accessToken: 'ending' })
    expect(await subject.accessToken()).toBe('fresh')
  })
})

describe('a stored token that does not say when it ends', () => {
  it('counts as ended, is refreshed and then says it', async () => {
    secret.putCurrent(JSON.stringify({ token: { access_token: 'undated', refresh_token: 'refresh-0' } }))
    expect(await tokens().accessToken()).toBe('fresh-1')
    expect(await stored()).toMatchObject({ accessExpiresAt: now + 30 * MINUTE })
    expect(logged).toContain('token_missing_expiration')
  })
})

describe('a refused token', () => {
  it('is replaced once for all who were refused with it, whenever they say so', async () => {
    const subject = tokens()
    expect(await Promise.all([subject.replaceRefused('access-0'), subject.replaceRefused('access-0')])).toEqual(['fresh-1', 'fresh-1'])
    expect(await subject.replaceRefused('access-0')).toBe('fresh-1')
    expect(refreshed).toHaveLength(1)
  })

  it('is replaced by what somebody stored meanwhile, without a refresh', async () => {
    const subject = tokens()
    await subject.accessToken()
    put('by-hand', 30)
    expect(await subject.replaceRefused('access-0')).toBe('by-hand')
    expect(refreshed).toEqual([])
  })

  it('is not given out again to who was refused while somebody else was only reading it', async () => {
    const subject = tokens()
    const [read, fresh] = await Promise.all([subject.accessToken(), subject.replaceRefused('access-0')])
    expect([read, fresh]).toEqual(['access-0', 'fresh-1'])
  })
})

describe('the words about a token (invariant 5)', () => {
  it('hold no token, in logs or errors', async () => {
    put('ending', 1)
    const subject = tokens()
    await subject.accessToken()
    await subject.replaceRefused('fresh-1')
    secret.putCurrent(JSON.stringify({ access_token: 'secret-access', expires_in: '3600' }))
    now += 30 * MINUTE
    const error: unknown = await subject.accessToken().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'TOKEN_UNREADABLE', message: expect.stringContaining('client-credentials') })
    expect(logged).toContain('schwab_authentication_successful')
    expect(logged + String(error)).not.toMatch(/ending|fresh-|refresh-|secret-access/)
  })
})
