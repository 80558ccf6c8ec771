import { beforeEach, describe, expect, it } from 'vitest'
import { SchwabUnavailable } from '../../shared/domain/errors.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { importToken } from '../../shared/token/import-token.ts'
import { memorySecret } from '../fakes/memory-secret.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
beforeEach(() => {
  world = tokenWorld()
  world.now += MINUTE
})

describe('the import of a token file', () => {
  it('makes a living token current after one proof, whoever it is of, though no call is left in this minute', async () => {
    const file = world.loginFile('person-2')
    world.calls = 0
    const { versionId, ended } = await importToken(file, world.instance())
    expect((await world.stored()).versionId).toBe(versionId)
    expect(ended).toBeUndefined()
    expect(world.book.proven()).toMatchObject({ version: versionId, how: 'by_hand' })
    expect(world.schwab.proofs).toHaveLength(1)
    expect(world.events('Reauthorized')).toMatchObject([{ how: 'by_hand' }])
  })

  it('refreshes one whose access token has ended, and ends the outage', async () => {
    const { versionId: dead } = await world.stored()
    await world.book.markDead({ version: dead, reason: 'reauth_required', now: world.now })
    const file = world.loginFile()
    world.now += HOUR
    const { ended, token } = await importToken(file, world.instance())
    expect(ended).toMatchObject({ id: 'outage-1', reauthorizedAt: world.now })
    expect(await world.stored()).toMatchObject({ accessToken: token.accessToken, accessExpiresAt: world.now + 30 * MINUTE })
  })

  it('is the first login of a new deployment', async () => {
    const secret = memorySecret()
    const { versionId } = await importToken(world.loginFile(), world.instance({ secret }))
    expect((await secret.current()).versionId).toBe(versionId)
  })

  it.each([
    ['garbage', () => 'secret garbage', 'TOKEN_UNREADABLE'],
    ['a client-credentials token', () => '{"access_token":"secret","expires_in":"3600"}', 'TOKEN_UNREADABLE'],
    ['a token that Schwab does not know', () => '{"token":{"access_token":"secret-x","refresh_token":"secret-y"}}', 'GRANT_REFUSED'],
    [
      'a token without the right to market data',
      () => {
        world.schwab.refusesData = true
        return world.loginFile()
      },
      'ACCESS_REFUSED',
    ],
    [
      'any token while Schwab is down',
      () => {
        world.schwab.failure = new SchwabUnavailable('500')
        return world.loginFile()
      },
      'SCHWAB_UNAVAILABLE',
    ],
  ])('leaves what is stored alone for %s', async (_name, makeFile, code) => {
    const { versionId } = await world.stored()
    const failure: unknown = await importToken(makeFile(), world.instance()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code })
    expect((await world.secret.current()).versionId).toBe(versionId)
    expect(String(failure) + world.logged).not.toContain('secret-')
    expect(world.types()).toEqual([])
  })
})
