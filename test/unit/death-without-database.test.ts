import { beforeEach, describe, expect, it } from 'vitest'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import type { KeeperDeps } from '../../functions/token-keeper/keeper-deps.ts'
import { StoreUnavailable } from '../../shared/domain/errors.ts'
import { outageIdOf } from '../../shared/domain/outage-id.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { memoryTokenBook } from '../fakes/memory-token-book.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
let isDown: boolean
let version: string

/** The database, which does not answer while it is down. */
const database = <Port extends object>(port: Port): Port =>
  new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => (isDown ? Promise.reject(new StoreUnavailable('down')) : Reflect.apply(member, target, args))
    },
  })
const instance = (over: Partial<KeeperDeps> = {}) => {
  const book = database(world.book)
  const budget = database(world.instance().budget)
  return tokenKeeper(world.instance({ book, notices: book, leases: book, budget, ...over }))
}
const minutes = async (count: number, keep: () => Promise<unknown>) => {
  for (let minute = 0; minute < count; minute++) {
    await keep().catch((error: unknown) => expect(error).toBeInstanceOf(StoreUnavailable))
    world.now += MINUTE
  }
}

beforeEach(async () => {
  world = tokenWorld(memoryTokenBook(outageIdOf))
  world.now += MINUTE
  version = (await world.secret.current()).versionId
  isDown = true
})

describe('a token that dies while the database is down', () => {
  it('is told of within five minutes, once, under the id that its outage gets when the database is back', async () => {
    const keep = instance()
    world.schwab.revoke()
    world.schwab.expireAccess()
    const diedAt = world.now
    await minutes(5, keep)
    expect(world.events('ReauthRequired')).toMatchObject([
      {
        outageId: outageIdOf(version),
        reason: 'reauth_required',
        since: toIso(diedAt),
        lastGoodCandleText: expect.stringContaining('not known'),
      },
    ])
    await minutes(60, keep)
    await minutes(60, instance())
    expect(world.schwab.refreshes).toHaveLength(1)
    isDown = false
    await minutes(3, instance())
    expect(world.events('ReauthRequired')).toHaveLength(1)
    expect(world.book.outages()).toMatchObject([{ deadVersion: version, announcedAt: expect.any(Number) }])
  })

  it('is told of by one of two keepers that look at the same time', async () => {
    world.schwab.revoke()
    world.schwab.expireAccess()
    const [one, other] = [instance(), instance()]
    await minutes(5, async () => {
      const [first] = await Promise.allSettled([one(), other()])
      if (first.status === 'rejected') throw first.reason
    })
    expect(world.events('ReauthRequired')).toHaveLength(1)
    expect(world.schwab.refreshes).toHaveLength(1)
  })

  it('is told of again when who told it died before noting that, under the same id', async () => {
    world.schwab.revoke()
    world.schwab.expireAccess()
    const note = (key: string, holder: string) =>
      key.startsWith('told:') ? Promise.reject(new StoreUnavailable('died')) : world.secret.note(key, holder)
    await minutes(3, instance({ secret: { ...world.secret, note } }))
    isDown = false
    world.now += HOUR
    await minutes(2, instance())
    const ids = world.events('ReauthRequired').map(({ outageId }) => outageId)
    expect(ids).toEqual([outageIdOf(version), outageIdOf(version)])
  })
})

describe('a token that lives while the database is down', () => {
  it('is not refreshed as long as Schwab accepts it, and is left to others who renew it', async () => {
    const keep = instance()
    await minutes(20, keep)
    expect(world.schwab.refreshes).toEqual([])
    world.schwab.expireAccess()
    await minutes(1, keep)
    world.secret.putCurrent(world.loginFile())
    await minutes(3, keep)
    expect(world.schwab.refreshes).toEqual([])
  })

  it.each(['none', 'rotate', 'rotate-and-kill-old'] as const)('is renewed once when its access token has ended (%s)', async (rotation) => {
    world.schwab.rotation = rotation
    const keep = instance()
    world.now += 31 * MINUTE
    await minutes(90, keep)
    expect(world.schwab.refreshes).toHaveLength(1)
    expect(world.events('ReauthRequired')).toEqual([])
    isDown = false
    world.now += HOUR
    await minutes(3, keep)
    expect(world.book.outages()).toEqual([])
    expect(world.schwab.isRefreshGood((await world.stored()).refreshToken)).toBe(true)
  })

  it('is not called dead while Schwab does not answer, or when another one waits beside it', async () => {
    world.schwab.expireAccess()
    const unavailable = { ...world.schwab.endpoint, refresh: () => Promise.reject(new StoreUnavailable('Schwab is down')) }
    await minutes(5, instance({ endpoint: unavailable }))
    world.schwab.revoke()
    await world.secret.putPending(world.loginFile())
    world.schwab.expireAccess()
    await minutes(70, instance())
    expect(world.events('ReauthRequired')).toEqual([])
  })
})
