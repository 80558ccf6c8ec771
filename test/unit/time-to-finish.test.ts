import { beforeEach, describe, expect, it } from 'vitest'
import { finishLogin } from '../../functions/reauth/finish-login.ts'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import { AwsUnavailable, OutOfTime } from '../../shared/domain/errors.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { timeLeft, withinInvocation } from '../../shared/lambda/time-left.ts'
import { importToken } from '../../shared/token/import-token.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { memoryLoginSite } from '../fakes/memory-login-site.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld

beforeEach(() => {
  world = tokenWorld()
  world.schwab.rotation = 'rotate-and-kill-old'
  world.now += 29 * MINUTE
})

describe('an invocation that is about to end', () => {
  it('begins no refresh, and leaves the lease to others', async () => {
    await expect(storedTokens(world.instance({ timeLeft: () => 18_999 })).accessToken()).rejects.toThrow(OutOfTime)
    expect(world.schwab.refreshes).toEqual([])
    expect(await storedTokens(world.instance({ timeLeft: () => 19_000 })).accessToken()).toBe((await world.stored()).accessToken)
  })

  it('begins none in token-keeper either, and says so', async () => {
    await expect(tokenKeeper(world.instance({ timeLeft: () => 5_000 }))()).rejects.toThrow(OutOfTime)
    expect(world.schwab.refreshes).toEqual([])
  })

  it('begins none for a file that somebody imports', async () => {
    const file = world.loginFile()
    world.schwab.expireAccess()
    await expect(importToken(file, world.instance({ timeLeft: () => 5_000 }))).rejects.toThrow(OutOfTime)
    expect(world.schwab.refreshes).toEqual([])
  })

  it('exchanges no code', async () => {
    const site = await memoryLoginSite()
    const exchanged: string[] = []
    const endpoint = { exchangeCode: async (code: string) => Promise.reject(new Error(String(exchanged.push(code)))) }
    const login = finishLogin({ ...site.deps, endpoint, timeLeft: () => 18_999 }, { code: 'the-code', redirectUri: 'https://here' })
    await expect(login).rejects.toThrow(OutOfTime)
    expect(exchanged).toEqual([])
  })

  it('stores nothing any more, and keeps what it could not store for the next one', async () => {
    let left = 20_000
    const deps = world.instance({ timeLeft: () => left })
    const refresh = async (token: string) => ((left = 8_999), world.schwab.endpoint.refresh(token))
    const tokens = storedTokens({ ...deps, endpoint: { ...world.schwab.endpoint, refresh } })
    const puts = world.secret.look()
    await expect(tokens.accessToken()).rejects.toThrow(OutOfTime)
    expect(world.secret.look()).toEqual(puts)
    left = 30_000
    expect(await tokens.accessToken()).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toHaveLength(1)
  })
})

describe('the time that is left', () => {
  it('is that of the invocation that the work belongs to, also when another one has begun', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const frozen = withinInvocation({ getRemainingTimeInMillis: () => -5 }, async () => {
      await promise
      return timeLeft()
    })
    const next = withinInvocation({ getRemainingTimeInMillis: () => 30_000 }, async () => (resolve(), timeLeft()))
    expect(await Promise.all([frozen, next])).toEqual([-5, 30_000])
    expect(timeLeft()).toBe(Infinity)
  })
})

describe('a refresh token that could not be stored', () => {
  it('is stored by what is built anew in the same process', async () => {
    const deps = world.instance()
    const putPending = () => Promise.reject(new AwsUnavailable('down'))
    await expect(storedTokens({ ...deps, secret: { ...world.secret, putPending } }).accessToken()).rejects.toThrow(AwsUnavailable)
    expect(await storedTokens({ ...world.instance(), unsaved: deps.unsaved }).accessToken()).toBe((await world.stored()).accessToken)
    expect(world.schwab.refreshes).toHaveLength(1)
    expect(deps.unsaved.token).toBeUndefined()
    expect(world.book.outages()).toEqual([])
  })
})

describe('a token that says it was made in the future', () => {
  it.each([6_000, 8 * 60 * MINUTE])('is refreshed when it is refused, and not dead: %i ms ahead', async (ahead) => {
    const before = world.now
    world.now += ahead
    const tokens = storedTokens(world.instance())
    const token = await tokens.accessToken()
    world.now = before
    world.schwab.expireAccess()
    expect(await storedTokens(world.instance()).replaceRefused(token)).toBe((await world.stored()).accessToken)
    expect(world.book.outages()).toEqual([])
  })
})
