import { beforeEach, describe, expect, it } from 'vitest'
import { SchwabUnavailable } from '../../shared/domain/errors.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { REFRESH_TOKEN_LIFE } from '../../shared/domain/token.ts'
import { tokenKeeper, type KeptToken } from '../../functions/token-keeper/keep-token.ts'
import { memorySecret } from '../fakes/memory-secret.ts'
import { START, tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
let keep: () => Promise<KeptToken>
/** Calls the keeper each minute until then; failures are its own business. */
const keepUntil = async (at: number): Promise<void> => {
  for (world.now += MINUTE; world.now < at; world.now += MINUTE) await keep().catch(() => undefined)
  world.now = at
}
/** As `keepUntil`, but only when the keeper says that it has something to do. */
const skipUntil = async (at: number): Promise<number> => {
  for (let calls = 0; ; calls++) {
    const { nextDueAt } = await keep()
    const next = Math.ceil(Date.parse(nextDueAt) / MINUTE) * MINUTE
    if (next >= at) return calls
    world.now = Math.max(next, world.now + MINUTE)
  }
}

beforeEach(() => {
  world = tokenWorld()
  keep = tokenKeeper(world.instance())
})

describe('the keeper of a living token', () => {
  it('asks Schwab nothing while there is nothing to do', async () => {
    expect(await keep()).toEqual({ nextDueAt: toIso(START + 25 * MINUTE) })
    expect([world.schwab.refreshes.length, world.schwab.proofs.length]).toEqual([0, 0])
    expect(world.types()).toEqual([])
  })

  it('refreshes it five minutes before it ends', async () => {
    world.now += 25 * MINUTE - 1
    await keep()
    expect(world.schwab.refreshes).toHaveLength(0)
    world.now += 1
    expect(await keep()).toEqual({ nextDueAt: toIso(START + 50 * MINUTE) })
    expect(world.schwab.refreshes).toHaveLength(1)
    expect((await world.stored()).accessExpiresAt).toBe(START + 55 * MINUTE)
  })

  it('says how it is when that changes and every hour, and no secret with it', async () => {
    await keep()
    expect(world.book.statuses.get('token')?.status).toEqual({
      state: 'alive',
      accessExpiresAt: toIso(START + 30 * MINUTE),
      refreshExpiresAt: toIso(START + REFRESH_TOKEN_LIFE),
    })
    world.now += 10 * MINUTE
    await keep()
    expect(world.book.statuses.get('token')?.now).toBe(START)
    world.now = START + REFRESH_TOKEN_LIFE - 48 * HOUR
    await keep()
    expect(world.book.statuses.get('token')?.status).toMatchObject({ state: 'expiring' })
  })

  it('warns at 48, 24, 6 and 1 hours before the death, once each, and finds all that on its own time', async () => {
    const calls = await skipUntil(START + REFRESH_TOKEN_LIFE)
    expect(world.events('TokenExpiring').map(({ hoursLeft }) => hoursLeft)).toEqual([48, 24, 6, 1])
    expect(calls).toBeLessThan(450)
    expect(
      world.book
        .published()
        .filter((key) => key.startsWith('token-expiring'))
        .filter((key) => key.startsWith('token-expiring:')),
    ).toEqual([48, 24, 6, 1].map((hours) => `token-expiring:${START}:${hours}`))
  })

  it('names the moment in New York time and the session that would be hit', async () => {
    world.now = START + REFRESH_TOKEN_LIFE - 48 * HOUR
    await keep()
    expect(world.events('TokenExpiring')).toMatchObject([
      {
        expiresAt: toIso(START + REFRESH_TOKEN_LIFE),
        expiresAtText: 'Tuesday, January 20, 11:00 New York time',
        sessionHit: true,
        sessionHitText:
          'Without a new login prices stop in the midst of the session: from Tuesday, January 20, 09:30 to 16:00 New York time.',
        link: expect.stringMatching(/^https:\/\/login\.example\.org\/reauth\?ticket=/),
      },
    ])
  })

  it('sends only the nearest of several warnings that were missed, and the others never', async () => {
    world.now = START + REFRESH_TOKEN_LIFE - 5 * HOUR
    await keep()
    await tokenKeeper(world.instance())()
    expect(world.events('TokenExpiring').map(({ hoursLeft }) => hoursLeft)).toEqual([6])
    expect(world.book.published().filter((key) => key.startsWith('token-expiring'))).toEqual(
      [6, 24, 48].map((hours) => `token-expiring:${START}:${hours}`),
    )
    await keepUntil(START + REFRESH_TOKEN_LIFE)
    expect(world.events('TokenExpiring').map(({ hoursLeft }) => hoursLeft)).toEqual([6, 1])
  })

  it('warns anew for a new login', async () => {
    world.now = START + REFRESH_TOKEN_LIFE - HOUR
    await keep()
    world.secret.putCurrent(world.loginFile())
    await keep()
    world.now += REFRESH_TOKEN_LIFE - 6 * HOUR
    await keep()
    expect(world.events('TokenExpiring').map(({ hoursLeft }) => hoursLeft)).toEqual([1, 6])
  })
})

describe('a login that nobody could tell of', () => {
  it('is looked at again at once while its announcement is in the hands of somebody else', async () => {
    world.now += MINUTE
    world.secret.putCurrent(world.loginFile())
    world.bus.setDown(true)
    expect(await keep()).toEqual({ nextDueAt: toIso(world.now) })
  })

  it('is announced when the bus is back, once, though it ended no outage', async () => {
    const version = world.secret.putCurrent(world.loginFile())
    await world.book.recordProven({
      version,
      how: 'login',
      now: START,
      loggedInAt: START,
      accessExpiresAt: START + 30 * MINUTE,
      refreshExpiresAt: undefined,
    })
    world.bus.setDown(true)
    await expect(keep()).rejects.toThrow()
    world.bus.setDown(false)
    await keepUntil(START + 5 * MINUTE)
    await tokenKeeper(world.instance())()
    expect(world.types()).toEqual(['Reauthorized'])
    expect(world.events('Reauthorized')).toMatchObject([{ how: 'login', at: toIso(START) }])
    expect(world.events('Reauthorized')[0]).not.toHaveProperty('outageId')
  })
})

describe('an outage of Schwab', () => {
  it('opens no outage of ours, is tried every minute, and keeps nobody from being warned', async () => {
    world.now = START + REFRESH_TOKEN_LIFE - 48 * HOUR
    world.schwab.tokenFailure = new SchwabUnavailable('500')
    for (let minute = 0; minute < 20; minute++) {
      await expect(keep()).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
      world.now += MINUTE
    }
    expect(world.schwab.refreshes).toHaveLength(20)
    expect(world.types()).toEqual(['TokenExpiring'])
    expect(world.book.outages()).toEqual([])
    world.schwab.tokenFailure = undefined
    await keep()
    expect((await world.stored()).accessExpiresAt).toBe(world.now + 30 * MINUTE)
  })

  it('does not keep an outage from being announced', async () => {
    const { versionId } = await world.stored()
    await world.book.markDead({ version: versionId, reason: 'reauth_required', now: world.now })
    world.schwab.failure = new SchwabUnavailable('500')
    await keep()
    world.now += 16 * MINUTE
    await expect(keep()).rejects.toMatchObject({ code: 'SCHWAB_UNAVAILABLE' })
    expect(world.types()).toEqual(['ReauthRequired'])
  })
})

describe('a secret without a value', () => {
  it('is no outage, for the first login has not been yet', async () => {
    keep = tokenKeeper(world.instance({ secret: memorySecret() }))
    expect(await keep()).toEqual({ nextDueAt: toIso(START + MINUTE) })
    expect(world.types()).toEqual([])
    expect(world.book.outages()).toEqual([])
    expect(world.book.statuses.get('token')?.status).toMatchObject({ state: 'missing' })
    expect(world.logged.match(/token_invalid/g)).toHaveLength(1)
  })
})

describe('an outage that a late failure opened', () => {
  it('is ended by the proof that the current token works', async () => {
    await world.book.markDead({ version: 'of-yesterday', reason: 'reauth_required', now: world.now })
    await keep()
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: world.now }])
    expect(world.schwab.proofs).toHaveLength(1)
    await keep()
    expect(world.schwab.proofs).toHaveLength(1)
  })
})

describe('a minute without calls to spare', () => {
  it('is no failure: the token is proven in the next', async () => {
    world.now += 25 * MINUTE
    world.calls = 0
    expect(await keep()).toEqual({ nextDueAt: toIso(world.now + MINUTE) })
    world.now += MINUTE
    world.calls = 1
    await keep()
    expect(world.book.proven()).toMatchObject({ version: (await world.stored()).versionId, how: 'refresh' })
    expect(world.schwab.refreshes).toHaveLength(1)
  })
})
