import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../shared/domain/time.ts'
import type { TokenDeps } from '../../shared/token/token-deps.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

class Crash extends Error {}
type Moment = 'before' | 'after'

/** A process that dies at its n-th call of a port, before or after the call takes effect; from then on it does nothing. */
const dying = (world: TokenWorld, fatal: number, moment: Moment) => {
  let calls = 0
  let diedAt: string | undefined
  const mortal = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, method) => {
        const member: unknown = Reflect.get(target, method)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          const isFatal = diedAt === undefined && ++calls === fatal
          if (isFatal) diedAt = `${name}.${String(method)}`
          if (diedAt !== undefined && !(isFatal && moment === 'after')) throw new Crash()
          const result: unknown = await Reflect.apply(member, target, args)
          if (diedAt !== undefined) throw new Crash()
          return result
        }
      },
    })
  const alive = world.instance()
  const book = mortal('book', world.book)
  const deps: TokenDeps = {
    ...alive,
    secret: mortal('secret', alive.secret),
    endpoint: mortal('endpoint', alive.endpoint),
    proof: mortal('proof', alive.proof),
    book,
    notices: book,
    leases: book,
    events: mortal('events', alive.events),
    budget: mortal('budget', alive.budget),
  }
  return { deps, diedAt: () => diedAt }
}

const crashes = async (
  rotation: TokenWorld['schwab']['rotation'],
  moment: Moment,
  check: (world: TokenWorld, diedAt: string) => Promise<void>,
) => {
  const places: string[] = []
  for (let fatal = 1; ; fatal++) {
    const world = tokenWorld()
    world.schwab.rotation = rotation
    world.now += 28 * MINUTE
    const { deps, diedAt } = dying(world, fatal, moment)
    await storedTokens(deps)
      .accessToken()
      .catch(() => undefined)
    const place = diedAt()
    if (place === undefined) return places
    places.push(place)
    world.now += MINUTE
    await check(world, place)
  }
}

/** Where nothing is lost: the next process has a token, Schwab knows its refresh token, and the keeper writes down what was not. */
const expectSurvival = async (world: TokenWorld): Promise<void> => {
  const given = await storedTokens(world.instance()).accessToken()
  expect(world.schwab.isAccessGood(given)).toBe(true)
  await tokenKeeper(world.instance())()
  const { versionId, refreshToken } = await world.stored()
  expect(world.schwab.isRefreshGood(refreshToken)).toBe(true)
  expect(world.book.look()).toMatchObject({ provenVersion: versionId, outages: [] })
  expect(world.types()).toEqual([])
}

/** The one gap that nobody can close: Schwab has killed the old refresh token, and the process dies before it has stored the new one. */
const expectHonesty = async (world: TokenWorld): Promise<void> => {
  await expect(storedTokens(world.instance()).accessToken()).rejects.toMatchObject({ code: 'REAUTHORIZATION_REQUIRED' })
  expect(world.types()).toEqual(['ReauthRequired'])
}

describe.each([
  ['none', 'before', ''],
  ['none', 'after', ''],
  ['rotate', 'before', ''],
  ['rotate', 'after', ''],
  ['rotate-and-kill-old', 'before', 'secret.putPending'],
  ['rotate-and-kill-old', 'after', 'endpoint.refresh'],
] as const)('a crash in a refresh with the rotation %s, %s any of its calls takes effect,', (rotation, moment, gap) => {
  it('loses no living refresh token', async () => {
    const places = await crashes(rotation, moment, (world, place) => (place === gap ? expectHonesty(world) : expectSurvival(world)))
    expect(new Set(places)).toEqual(
      new Set([
        'secret.current',
        'secret.pending',
        'secret.previous',
        'secret.putPending',
        'secret.promote',
        'secret.room',
        'endpoint.refresh',
        'proof.prove',
        'budget.beginFetch',
        'book.takeLease',
        'book.tokenState',
        'book.recordProven',
        'book.releaseLease',
      ]),
    )
  })
})
