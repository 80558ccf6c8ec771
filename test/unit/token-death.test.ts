import { beforeEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../shared/domain/errors.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
const ask = (over: Parameters<TokenWorld['instance']>[0] = {}) => storedTokens(world.instance(over)).accessToken()
const DEAD = { code: 'REAUTHORIZATION_REQUIRED', fate: 'park' }

beforeEach(() => {
  world = tokenWorld()
  world.now += 29 * MINUTE
})

describe('the evidence of HTTP', () => {
  it.each([
    ['a refused refresh token', () => world.schwab.revoke(), 'reauth_required', 0],
    ['a refused key or secret', () => (world.schwab.refusesClient = true), 'configuration', 0],
    ['401 to a data call with a token minted now', () => (world.schwab.refusesData = true), 'entitlement', 1],
    ['a stored text that is no token', () => world.secret.putCurrent('rubbish'), 'unusable_token', 0],
  ])('opens one outage for %s and tells people once, however many find it', async (_what, breakIt, reason, proofs) => {
    if (reason === 'unusable_token') world.schwab.revoke()
    breakIt()
    const { versionId } = await world.secret.current()
    const asked = await Promise.allSettled([ask(), ask(), ask()])
    expect(asked.map((result) => result.status === 'rejected' && result.reason)).toMatchObject([DEAD, DEAD, DEAD])
    expect(world.book.outages()).toMatchObject([{ reason, deadVersion: versionId, startedAt: world.now, announcedAt: world.now }])
    expect(world.events('ReauthRequired')).toMatchObject([{ outageId: 'outage-1', reason, since: toIso(world.now) }])
    expect(world.schwab.proofs).toHaveLength(proofs)
    expect(world.logged).toContain('"event":"token_died"')
    expect(world.logged).not.toContain('token_refresh_successful')
  })

  it('found days later counts from the last candle, or from the token that could have brought one', async () => {
    const [made, newest] = [world.now - 29 * MINUTE, world.now - 10 * MINUTE]
    const newestCandle = async () => newest
    world.now += 48 * HOUR
    world.schwab.revoke()
    await expect(ask({ book: { ...world.book, newestCandle } })).rejects.toMatchObject(DEAD)
    expect(world.book.outages()).toMatchObject([{ startedAt: newest }])
    expect(world.events('ReauthRequired')).toMatchObject([{ since: toIso(newest) }])
    world = tokenWorld()
    world.now += 48 * HOUR
    world.schwab.revoke()
    await expect(ask({ book: { ...world.book, newestCandle: async () => made - HOUR } })).rejects.toMatchObject(DEAD)
    expect(world.book.outages()).toMatchObject([{ startedAt: made }])
  })

  it('of an older refresh does not kill a newer token', async () => {
    const refresh = async (refreshToken: string) => {
      world.secret.putCurrent(world.loginFile())
      return world.schwab.endpoint.refresh(refreshToken)
    }
    const given = await ask({ endpoint: { ...world.schwab.endpoint, refresh } })
    expect(given).toBe((await world.stored()).accessToken)
    expect(world.book.outages()).toEqual([])
  })

  it('does not count against a login that has just been stored beside the token', async () => {
    const refresh = async (refreshToken: string) => {
      world.now += 1000
      await world.secret.putPending(world.loginFile())
      return world.schwab.endpoint.refresh(refreshToken)
    }
    await ask({ endpoint: { ...world.schwab.endpoint, refresh } })
    expect(world.book.proven()).toMatchObject({ version: (await world.stored()).versionId, how: 'login' })
    expect(world.types()).toEqual(['Reauthorized'])
    expect(world.book.outages()).toEqual([])
  })

  it.each(['pending', 'current'])('does not count against a login whose token is %s a moment later', async (label) => {
    let login = ''
    const pause = async () => {
      if (world.schwab.refreshes.length !== 1 || login !== '') return
      world.now += 1000
      login = label === 'current' ? world.secret.putCurrent(world.loginFile()) : await world.secret.putPending(world.loginFile())
    }
    world.schwab.revoke()
    await ask({ pause })
    expect((await world.stored()).versionId).toBe(login)
    expect(world.book.outages()).toEqual([])
  })

  it('does not count against a login that was proven just before the verdict', async () => {
    world.schwab.revoke()
    const markDead: TokenWorld['book']['markDead'] = async (input) => {
      const version = world.secret.putCurrent(world.loginFile())
      const { loggedInAt, accessExpiresAt } = await world.stored()
      await world.book.recordProven({ version, how: 'login', now: world.now, loggedInAt, accessExpiresAt, refreshExpiresAt: undefined })
      return world.book.markDead(input)
    }
    expect(await ask({ book: { ...world.book, markDead } })).toBe((await world.stored()).accessToken)
    expect(world.book.outages()).toEqual([])
    expect(world.types()).toEqual([])
  })

  it('is of no consequence while the database does not answer', async () => {
    world.schwab.revoke()
    const markDead = () => Promise.reject(new StoreUnavailable('down'))
    await expect(ask({ book: { ...world.book, markDead } })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', fate: 'retry' })
    expect(world.types()).toEqual([])
  })

  it('still parks the job when the bus is down', async () => {
    world.schwab.revoke()
    world.bus.setDown(true)
    await expect(ask()).rejects.toMatchObject({ ...DEAD, outageId: 'outage-1' })
    expect(world.book.outages()).toMatchObject([{ announcedAt: undefined }])
    expect(world.logged).toContain('event_not_published')
  })
})

describe('an outage that is open though the current token is another one', () => {
  it('is ended by the next who renews the token, and told', async () => {
    await world.book.markDead({ version: 'of-yesterday', reason: 'reauth_required', now: world.now })
    await ask()
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: world.now }])
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'by_itself' }])
  })
})

describe('a refusal', () => {
  it.each([
    ['of a refresh token', () => world.schwab.revoke(), 0],
    ['of the app', () => (world.schwab.refusesClient = true), 0],
    ['of data to a login', () => (world.schwab.refusesData = true), 1],
  ])('%s is not asked for twice', async (_what, breakIt, proofs) => {
    await world.secret.putPending((await world.secret.current()).value)
    breakIt()
    await expect(ask()).rejects.toMatchObject(DEAD)
    expect([world.schwab.refreshes.length, world.schwab.proofs.length]).toEqual([1, proofs])
  })
})

describe('a lease that was lost before the refresh', () => {
  it('leaves the refresh to whoever has it now', async () => {
    const tokenState = async () => {
      world.now += MINUTE
      await world.book.takeLease('refresh', 'somebody', world.now, world.now + MINUTE)
      return world.book.look()
    }
    await expect(ask({ book: { ...world.book, tokenState } })).rejects.toMatchObject({ code: 'TOKEN_BUSY' })
    expect(world.schwab.refreshes).toEqual([])
    expect(world.book.holder('refresh')).toBe('somebody')
  })
})

describe('a version that was stored and not promoted', () => {
  it('is proven and promoted before any refresh', async () => {
    world.now -= 29 * MINUTE
    world.secret.putCurrent(
      JSON.stringify({ ...JSON.parse((await world.secret.current()).value), token: { access_token: 'gone', refresh_token: 'gone' } }),
    )
    const pending = await world.secret.putPending((await world.secret.previous())?.value ?? '')
    await ask()
    expect((await world.stored()).versionId).toBe(pending)
    expect(world.schwab.refreshes).toEqual([])
  })

  it('is left alone when it is of another account', async () => {
    const { versionId } = await world.stored()
    await world.secret.putPending(world.loginFile('person-2'))
    await expect(ask()).rejects.toMatchObject(DEAD)
    expect((await world.stored()).versionId).toBe(versionId)
  })

  it('does not replace a later login that was put by hand', async () => {
    await world.secret.putPending((await world.secret.current()).value)
    world.now += HOUR
    const byHand = world.secret.putCurrent(world.loginFile())
    world.now += 29 * MINUTE
    await ask()
    expect((await world.secret.previous())?.versionId).toBe(byHand)
    expect(world.schwab.refreshes).toHaveLength(1)
    expect(world.book.outages()).toEqual([])
  })

  it('is the last resort when it says nothing of its login, and no reproach to anybody', async () => {
    const { token } = JSON.parse(world.loginFile())
    const pending = await world.secret.putPending(JSON.stringify(token))
    await ask()
    expect((await world.stored()).versionId).toBe(pending)
    expect(world.schwab.refreshes).toHaveLength(1)
    expect(world.types()).toEqual([])
  })

  it('is no reason to give up a token that works, when it is good for nothing itself', async () => {
    const { loggedInAt, refreshToken, rest } = await world.stored()
    await world.secret.putPending(
      JSON.stringify({ creation_timestamp: (loggedInAt ?? 0) / 1000 + 60, token: { ...rest, access_token: 'x', refresh_token: 'y' } }),
    )
    const given = await ask()
    expect(world.schwab.isAccessGood(given)).toBe(true)
    expect(world.schwab.refreshes).toEqual(['y', refreshToken])
    expect(world.book.outages()).toEqual([])
  })

  it('is left to a person when nobody can tell whose account it is of', async () => {
    const { loggedInAt } = await world.stored()
    await world.secret.putPending(
      JSON.stringify({ creation_timestamp: (loggedInAt ?? 0) / 1000 + 60, token: { access_token: 'x', refresh_token: 'y' } }),
    )
    world.secret.putCurrent('not a token')
    await ask()
    expect(world.schwab.refreshes).not.toContain('y')
    expect((await world.secret.current()).value).not.toContain('"y"')
  })
})
