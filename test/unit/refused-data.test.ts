import { beforeEach, describe, expect, it } from 'vitest'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import { DataRefused, PipelineError } from '../../shared/domain/errors.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { formatToken, parseToken } from '../../shared/domain/token.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
beforeEach(() => {
  world = tokenWorld()
})

/** Versions of the secret that were stored since the first. */
const versions = async (): Promise<number> => 100 - (await world.secret.room(world.now)).left - 1
/** A minute of the keeper, whatever comes of it. */
const keep = async (keeper: ReturnType<typeof tokenKeeper>): Promise<void> => {
  await keeper().catch((error: unknown) => {
    if (!(error instanceof PipelineError)) throw error
  })
}

describe('a data call that is refused while the token is good for other data', () => {
  it('costs one quote and no refresh, however many were refused with it', async () => {
    const subject = storedTokens(world.instance())
    const token = await subject.accessToken()
    const refused = await Promise.allSettled([1, 2, 3].map(() => subject.replaceRefused(token)))
    for (const result of refused) expect(result.status === 'rejected' && result.reason).toBeInstanceOf(DataRefused)
    expect([world.schwab.proofs.length, world.schwab.refreshes.length]).toEqual([1, 0])
  })

  it('asks for no proof when another token has come meanwhile', async () => {
    const subject = storedTokens(world.instance())
    const token = await subject.accessToken()
    world.secret.putCurrent(world.loginFile())
    expect(await subject.replaceRefused(token)).toBe((await world.stored()).accessToken)
    expect(world.schwab.proofs).toEqual([])
  })
})

describe('a day of refusals', () => {
  // A refresh and a new version each minute filled the secret within two hours, and nothing could be stored any more.
  it('makes no version of the secret for one ticker that is refused all day', async () => {
    const keeper = tokenKeeper(world.instance())
    const subject = storedTokens(world.instance())
    for (let minute = 0; minute < 24 * 60; minute++) {
      await keep(keeper)
      const token = await subject.accessToken()
      await expect(subject.replaceRefused(token)).rejects.toBeInstanceOf(DataRefused)
      world.now += MINUTE
    }
    expect(await versions()).toBeLessThan(60)
  })

  it('makes no more than ten for access tokens that end again and again', async () => {
    const subject = storedTokens(world.instance())
    let limited = 0
    world.now += MINUTE
    for (let minute = 0; minute < 12 * 60; minute++) {
      world.schwab.expireAccess()
      const token = parseToken((await world.secret.current()).value).accessToken
      await subject.replaceRefused(token).catch((error: unknown) => {
        if (!(error instanceof PipelineError) || error.code !== 'REFRESH_LIMITED') throw error
        expect(error.retryAfterSeconds).toBeLessThanOrEqual(600)
        limited++
      })
      world.now += MINUTE
    }
    expect(await versions()).toBeLessThanOrEqual(8)
    expect(limited).toBeGreaterThan(600)
  })

  // 287 versions in a day: each examination of the dead token stored one for each version it tried.
  it('stays far below the limit of the secret in an entitlement outage of a token without the time of its login', async () => {
    const { loggedInAt: _unknown, ...token } = parseToken((await world.secret.current()).value)
    world.secret.putCurrent(formatToken({ ...token, loggedInAt: undefined }))
    world.schwab.refusesData = true
    const keeper = tokenKeeper(world.instance())
    for (let minute = 0; minute < 24 * 60; minute++) {
      await keep(keeper)
      world.now += MINUTE
    }
    expect(world.book.outages()).toMatchObject([{ reason: 'entitlement' }])
    expect(await versions()).toBeLessThan(60)
    expect(await versions()).toBeGreaterThan(10)
  })

  it('finds out within an hour that the entitlement is back', async () => {
    world.schwab.refusesData = true
    const keeper = tokenKeeper(world.instance())
    const minutes = async (count: number): Promise<void> => {
      for (let minute = 0; minute < count; minute++) {
        await keep(keeper)
        world.now += MINUTE
      }
    }
    await minutes(180)
    world.schwab.refusesData = false
    await minutes(76)
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: expect.any(Number) }])
  })
})

describe('a full secret', () => {
  const fill = (): void => {
    for (let version = 0; version < 100; version++) world.secret.putCurrent(world.loginFile())
  }

  it('keeps the token from being renewed, which would lose it, and tells people once a day', async () => {
    fill()
    world.now += 29 * MINUTE
    const ask = () => storedTokens(world.instance()).accessToken()
    await expect(ask()).rejects.toMatchObject({ code: 'SECRET_FULL', fate: 'retry' })
    world.now += HOUR
    await expect(ask()).rejects.toMatchObject({ code: 'SECRET_FULL' })
    expect(world.schwab.refreshes).toEqual([])
    expect(world.book.outages()).toEqual([])
    expect(world.events('SecretFull')).toMatchObject([{ until: '2026-01-14T16:00:00.000Z' }])
  })

  it('is over when its versions are a day old', async () => {
    fill()
    world.now += 24 * HOUR
    expect(await storedTokens(world.instance()).accessToken()).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toHaveLength(1)
  })
})
