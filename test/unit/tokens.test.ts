import { beforeEach, describe, expect, it } from 'vitest'
import { SchwabUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
const tokens = (over: Parameters<TokenWorld['instance']>[0] = {}) => storedTokens(world.instance(over))
/** A port that must not be called. */
const inert = () =>
  new Proxy({} as never, {
    get: (_, name) => () => {
      throw new Error(`${String(name)} must not be called`)
    },
  })

beforeEach(() => {
  world = tokenWorld()
})

describe('a living token', () => {
  it('is used without a word to Schwab or the database', async () => {
    const subject = tokens({ endpoint: inert(), proof: inert(), book: inert(), leases: inert() })
    expect(await subject.accessToken()).toBe((await world.stored()).accessToken)
  })

  it('is used for five minutes without another look at the secret', async () => {
    const subject = tokens()
    const first = await subject.accessToken()
    world.secret.putCurrent(world.loginFile())
    world.now += 5 * MINUTE - 1
    expect(await subject.accessToken()).toBe(first)
    world.now += 1
    expect(await subject.accessToken()).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toEqual([])
  })

  it('is looked for at once when the known one is said to be dead', async () => {
    const subject = tokens()
    await subject.accessToken()
    const { versionId } = await world.stored()
    world.secret.putCurrent(world.loginFile())
    expect(await subject.accessToken(versionId)).toBe((await world.stored()).accessToken)
  })
})

describe('a token that is about to end', () => {
  beforeEach(() => {
    world.now += 28 * MINUTE
  })

  it('is refreshed once for 20 who ask at the same time, four in each of five processes', async () => {
    const processes = Array.from({ length: 5 }, () => tokens())
    const given = await Promise.all(processes.flatMap((subject) => Array.from({ length: 4 }, () => subject.accessToken())))
    expect(new Set(given)).toEqual(new Set([(await world.stored()).accessToken]))
    expect(given).toHaveLength(20)
    expect(world.schwab.refreshes).toHaveLength(1)
    expect(world.schwab.proofs).toHaveLength(1)
  })

  it('is replaced by one that was proven first, keeps its login and starts a new half hour', async () => {
    const before = await world.stored()
    const given = await tokens().accessToken()
    const after = await world.stored()
    expect(world.schwab.proofs).toEqual([given])
    expect(after).toMatchObject({ accessToken: given, accessExpiresAt: world.now + 30 * MINUTE, loggedInAt: before.loggedInAt })
    expect(world.book.proven()).toMatchObject({ version: after.versionId, how: 'refresh', loggedInAt: before.loggedInAt })
    expect(world.logged).toContain('token_refresh_successful')
  })

  it('keeps its refresh token and its account when the answer has none, and half an hour when it does not say how long', async () => {
    const before = await world.stored()
    world.schwab.omits = ['refreshToken', 'idToken', 'expiresInSeconds']
    await tokens().accessToken()
    expect(await world.stored()).toMatchObject({
      refreshToken: before.refreshToken,
      accessExpiresAt: world.now + 30 * MINUTE,
      rest: { id_token: before.rest['id_token'] },
    })
  })

  it('takes the rotated refresh token', async () => {
    const before = await world.stored()
    world.schwab.rotation = 'rotate-and-kill-old'
    await tokens().accessToken()
    const { refreshToken } = await world.stored()
    expect(refreshToken).not.toBe(before.refreshToken)
    expect(world.schwab.isRefreshGood(refreshToken)).toBe(true)
  })

  it('gives way to one that a person has put by hand meanwhile', async () => {
    const subject = tokens({
      secret: {
        ...world.secret,
        promote: async (newVersion, oldVersion) => {
          if (world.schwab.refreshes.length === 1) world.secret.putCurrent(world.loginFile())
          return world.secret.promote(newVersion, oldVersion)
        },
      },
    })
    const given = await subject.accessToken()
    expect(given).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toHaveLength(1)
  })

  it.each([
    ['the token endpoint', () => (world.schwab.tokenFailure = new SchwabUnavailable('500')), 'SCHWAB_UNAVAILABLE'],
    ['all of Schwab', () => (world.schwab.failure = new SchwabUnavailable('html 403')), 'SCHWAB_UNAVAILABLE'],
  ])('is neither dead nor replaced while %s is down', async (_what, breakIt, code) => {
    const before = await world.stored()
    breakIt()
    const subject = tokens()
    await expect(subject.accessToken()).rejects.toMatchObject({ code, fate: 'retry' })
    expect((await world.stored()).versionId).toBe(before.versionId)
    expect(world.book.outages()).toEqual([])
    expect(world.logged).not.toContain('token_refresh_successful')
    Object.assign(world.schwab, { failure: undefined, tokenFailure: undefined })
    expect(await subject.accessToken()).toBe((await world.stored()).accessToken)
  })

  it('is refreshed but not promoted when no call is left to prove it, and promoted in the next minute without another refresh', async () => {
    world.calls = 0
    world.now += 20_000
    const subject = tokens()
    await expect(subject.accessToken()).rejects.toMatchObject({ code: 'BUDGET_SPENT' })
    expect(world.logged).not.toContain('token_refresh_successful')
    world.calls = 1
    world.now += 40_000
    expect(await subject.accessToken()).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toHaveLength(1)
  })

  it('is busy for who waits eight seconds in vain', async () => {
    await world.book.takeLease('refresh', 'somebody', world.now, world.now + 45_000)
    const pauses: number[] = []
    await expect(tokens({ pause: async (ms) => void pauses.push(ms) }).accessToken()).rejects.toMatchObject({
      code: 'TOKEN_BUSY',
      retryAfterSeconds: 10,
    })
    expect(pauses).toEqual(Array.from({ length: 16 }, () => 500))
  })

  it('is left as it is when the database does not answer', async () => {
    const down = { ...world.book, takeLease: () => Promise.reject(new StoreUnavailable('down')) }
    await expect(tokens({ leases: down }).accessToken()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', fate: 'retry' })
    expect(world.schwab.refreshes).toEqual([])
  })

  it('keeps the only living refresh token in mind while Secrets Manager is down', async () => {
    world.schwab.rotation = 'rotate-and-kill-old'
    const subject = tokens()
    world.secret.refusePuts(3)
    await expect(subject.accessToken()).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' })
    const given = await subject.accessToken()
    expect(world.schwab.refreshes).toHaveLength(1)
    expect(await world.stored()).toMatchObject({ accessToken: given })
    expect(world.book.outages()).toEqual([])
  })
})

describe('a token that could not be stored', () => {
  it('does not push aside the login that was stored meanwhile', async () => {
    world.now += 28 * MINUTE
    const subject = tokens()
    world.secret.refusePuts(3)
    await expect(subject.accessToken()).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' })
    world.now += MINUTE
    const login = await world.secret.putPending(world.loginFile())
    await subject.accessToken()
    expect((await world.stored()).versionId).toBe(login)
    expect(world.book.outages()).toEqual([])
  })
})

describe('a stored token that does not say when it ends', () => {
  it('counts as ended, is refreshed and then says it', async () => {
    const { accessToken, refreshToken } = await world.stored()
    world.secret.putCurrent(JSON.stringify({ token: { access_token: accessToken, refresh_token: refreshToken } }))
    await tokens().accessToken()
    expect(await world.stored()).toMatchObject({ accessExpiresAt: world.now + 30 * MINUTE, loggedInAt: undefined })
    expect(world.logged).toContain('token_missing_expiration')
  })
})

describe('a refused token', () => {
  it('is replaced once for all who were refused with it, whenever they say so', async () => {
    const subject = tokens()
    world.now += MINUTE
    const refused = await subject.accessToken()
    world.schwab.expireAccess()
    const given = await Promise.all([subject.replaceRefused(refused), subject.replaceRefused(refused)])
    given.push(await subject.replaceRefused(refused), await tokens().replaceRefused(refused))
    expect(new Set(given)).toEqual(new Set([(await world.stored()).accessToken]))
    expect(world.schwab.refreshes).toHaveLength(1)
  })

  it('is replaced by what somebody stored meanwhile, without a refresh', async () => {
    const subject = tokens()
    const refused = await subject.accessToken()
    world.secret.putCurrent(world.loginFile())
    expect(await subject.replaceRefused(refused)).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toEqual([])
  })

  it('is not given out again to who was refused while somebody else was only reading it', async () => {
    const subject = tokens()
    world.now += MINUTE
    const { accessToken: old } = await world.stored()
    world.schwab.expireAccess()
    const [read, fresh] = await Promise.all([subject.accessToken(), subject.replaceRefused(old)])
    expect(read).toBe(old)
    expect(fresh).not.toBe(old)
  })

  it('is an outage by itself when it was proven seconds ago, for then it is not its age', async () => {
    const subject = tokens()
    world.now += 28 * MINUTE
    const fresh = await subject.accessToken()
    world.now += 5_000
    world.schwab.refusesData = true
    await expect(subject.replaceRefused(fresh)).rejects.toMatchObject({ code: 'REAUTHORIZATION_REQUIRED', fate: 'park' })
    expect(world.book.outages()).toMatchObject([{ reason: 'entitlement' }])
    expect(world.schwab.refreshes).toHaveLength(1)
  })

  it('is no outage when it was proven seconds ago and still works for another call: the request is at fault', async () => {
    const subject = tokens()
    world.now += 28 * MINUTE
    const fresh = await subject.accessToken()
    world.now += 5_000
    await expect(subject.replaceRefused(fresh)).rejects.toMatchObject({ code: 'DATA_REFUSED' })
    expect(world.schwab.proofs).toEqual([fresh, fresh])
    expect(world.book.outages()).toEqual([])
    expect(await subject.accessToken()).toBe(fresh)
  })
})

describe('a dead token', () => {
  it('fails without a word to Schwab, with the outage that it is dead in', async () => {
    const { versionId } = await world.stored()
    const { outage } = await world.book.markDead({ version: versionId, reason: 'reauth_required', now: world.now })
    const subject = tokens({ endpoint: inert(), proof: inert(), leases: inert() })
    await expect(subject.accessToken(versionId)).rejects.toMatchObject({
      code: 'REAUTHORIZATION_REQUIRED',
      fate: 'park',
      outageId: outage.id,
      secretVersion: versionId,
    })
  })
})
