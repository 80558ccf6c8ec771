import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { formatToken, parseToken } from '../../shared/domain/token.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { tokenKeeper, type KeptToken } from '../../functions/token-keeper/keep-token.ts'
import { tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
let keep: () => Promise<KeptToken>
const CLIENT_CREDENTIALS = JSON.stringify({ access_token: 'secret-cc', expires_in: '3600', token_type: 'Bearer' })
const REFUSED_FILE = JSON.stringify({
  creation_timestamp: 1_768_000_000,
  token: { access_token: 'secret-old', refresh_token: 'secret-gone', expires_at: 1_999_999_999 },
})

beforeEach(async () => {
  world = tokenWorld()
  keep = tokenKeeper(world.instance())
  await keep()
  world.now += MINUTE
})

describe('a good token put by hand', () => {
  it('is proven and recorded as such, with one event and no outage', async () => {
    const version = world.secret.putCurrent(world.loginFile())
    await keep()
    await keep()
    expect(world.book.proven()).toMatchObject({ version, how: 'by_hand' })
    expect(world.events('Reauthorized')).toMatchObject([{ how: 'by_hand' }])
    expect(world.events('Reauthorized')[0]).not.toHaveProperty('outageId')
    expect([world.schwab.proofs.length, world.schwab.refreshes.length]).toEqual([1, 0])
  })

  it('ends the outage', async () => {
    world.schwab.revoke()
    world.now += HOUR
    await keep()
    world.secret.putCurrent(world.loginFile())
    world.now += MINUTE
    await keep()
    expect(world.types()).toEqual(['ReauthRequired', 'Reauthorized'])
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'by_hand' }])
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: world.now }])
  })

  it('is used by fetchers at once, before it is proven', async () => {
    const subject = storedTokens(world.instance())
    world.schwab.revoke()
    world.now += HOUR
    await keep()
    const { versionId: dead } = await world.stored()
    await expect(subject.accessToken(dead)).rejects.toMatchObject({ code: 'REAUTHORIZATION_REQUIRED' })
    world.secret.putCurrent(world.loginFile())
    expect(await subject.accessToken(dead)).toBe((await world.stored()).accessToken)
  })

  it('in the flat shape tells no time of its login, and nobody invents one', async () => {
    const { token } = JSON.parse(world.loginFile())
    world.secret.putCurrent(JSON.stringify(token))
    world.now += HOUR
    await keep()
    expect(world.book.proven()).toMatchObject({ how: 'by_hand', loggedInAt: undefined, refreshExpiresAt: undefined })
    expect(world.events('Reauthorized')).toMatchObject([{ refreshExpiresAtText: expect.stringMatching(/^nobody knows.*at the latest/) }])
  })
})

describe.each([
  ['client-credentials', CLIENT_CREDENTIALS, /client-credentials/],
  ['garbage', 'secret garbage', /no token that can be renewed/],
  ['refused', REFUSED_FILE, /does not accept the refresh token that was put by hand/],
])('a %s token put by hand', (_kind, file, why) => {
  it('gives way to the one before it, which still works, with one event that says so', async () => {
    const { versionId: before } = await world.stored()
    world.secret.putCurrent(file)
    await keep()
    world.now += MINUTE
    await keep()
    expect((await world.stored()).versionId).toBe(before)
    expect(world.types()).toEqual(['TokenRejected'])
    expect(world.events('TokenRejected')).toMatchObject([{ restored: true, why: expect.stringMatching(why) }])
    expect(world.book.outages()).toEqual([])
    expect(world.logged).toContain('token_restored')
  })

  it('gives way to what a refresh makes of the one before it, when that has ended', async () => {
    const { refreshToken } = await world.stored()
    world.now += HOUR
    world.secret.putCurrent(file)
    await keep()
    expect(await world.stored()).toMatchObject({ refreshToken, accessExpiresAt: world.now + 30 * MINUTE })
    expect(world.types()).toEqual(['TokenRejected'])
  })

  it('gives way also when a fetcher is the first to meet it', async () => {
    const { accessToken, versionId: before } = await world.stored()
    world.secret.putCurrent(file)
    const subject = storedTokens(world.instance())
    const given = await subject.accessToken()
    expect(given === accessToken ? given : await subject.replaceRefused(given)).toBe(accessToken)
    expect((await world.stored()).versionId).toBe(before)
  })

  it('in an outage is refused once, and the outage stays one', async () => {
    world.schwab.revoke()
    world.now += HOUR
    await keep()
    const version = world.secret.putCurrent(file)
    for (let minute = 0; minute < 40; minute++) {
      await keep()
      world.now += MINUTE
    }
    expect(world.types()).toEqual(['ReauthRequired', 'TokenRejected'])
    expect(world.events('TokenRejected')).toMatchObject([{ restored: false }])
    expect(world.book.look()).toMatchObject({ deadVersion: version, outages: [{ id: 'outage-1', reauthorizedAt: undefined }] })
    world.secret.putCurrent(world.loginFile())
    await keep()
    expect(world.events('Reauthorized')).toMatchObject([{ outageId: 'outage-1', how: 'by_hand' }])
  })
})

describe('a useless token put by hand while the dead one comes to life again', () => {
  it('gives way to what a refresh makes of that one, which ends the outage', async () => {
    const fetcher = storedTokens(world.instance())
    world.now += 30 * MINUTE
    const refused = await fetcher.accessToken()
    world.schwab.refusesData = true
    await expect(fetcher.replaceRefused(refused)).rejects.toMatchObject({ code: 'REAUTHORIZATION_REQUIRED' })
    world.schwab.refusesData = false
    const { versionId: dead } = await world.stored()
    world.secret.putCurrent('secret garbage')
    await keep()
    const { versionId } = await world.stored()
    expect(versionId).not.toBe(dead)
    expect(world.book.look().provenVersion).toBe(versionId)
    expect(world.book.outages()).toMatchObject([{ deadVersion: dead, reauthorizedAt: world.now }])
  })
})

describe('a token put by hand that works and then dies', () => {
  /** Proven by its access token; its refresh token is good for nothing. */
  const putHalf = async (account?: string) => {
    const before = await world.stored()
    const half = parseToken(world.loginFile(account))
    world.schwab.revoke()
    world.schwab.revive(before.refreshToken)
    world.secret.putCurrent(formatToken(half))
    await keep()
    world.now += HOUR
    return before
  }

  it('gives way to the one before it, whose refresh token still lives', async () => {
    const before = await putHalf()
    await keep()
    expect((await world.stored()).refreshToken).toBe(before.refreshToken)
    expect(world.book.outages()).toEqual([])
  })

  it('gives way to the one before it in an outage, when that comes to life again', async () => {
    const before = await putHalf()
    world.schwab.revoke()
    await keep()
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: undefined }])
    world.schwab.revive(before.refreshToken)
    world.now += 15 * MINUTE
    await keep()
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: world.now }])
    expect((await world.stored()).refreshToken).toBe(before.refreshToken)
  })

  it('does not give way to one of another account', async () => {
    await putHalf('person-2')
    await keep()
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: undefined }])
  })
})

describe('a version that died before', () => {
  it('is an outage again when somebody makes it current again', async () => {
    world.schwab.revoke()
    world.now += HOUR
    await keep()
    const { versionId: first } = await world.stored()
    world.secret.putCurrent(world.loginFile())
    await keep()
    world.schwab.revoke()
    const { versionId: second } = await world.stored()
    await world.secret.promote(first, second)
    world.now += HOUR
    await keep()
    expect(world.book.outages()).toMatchObject([{ reauthorizedAt: expect.any(Number) }, { deadVersion: first, reauthorizedAt: undefined }])
    expect(world.events('ReauthRequired')).toHaveLength(2)
  })
})

describe('the words about a token (invariant 5)', () => {
  it('hold no token, whatever happens to it', async () => {
    for (const file of [CLIENT_CREDENTIALS, 'secret garbage', REFUSED_FILE, world.loginFile()]) {
      world.secret.putCurrent(file)
      await keep()
      world.now += MINUTE
    }
    world.now += 30 * MINUTE
    await keep()
    world.schwab.revoke()
    world.now += 30 * MINUTE
    await keep()
    world.now += 2 * HOUR
    await keep()
    const said =
      world.logged +
      JSON.stringify([world.bus.published, [...world.book.statuses], await world.book.tokenHistory(100), world.book.outages()])
    expect(new Set(world.types())).toEqual(new Set(['TokenRejected', 'Reauthorized', 'ReauthRequired', 'ReauthReminder']))
    expect(said).toContain('token_refresh_successful')
    expect(said).not.toContain('secret-')
    expect(said).not.toContain('secret garbage')
  })
})

// A refresh had lost against a login put by hand; its token stayed as AWSPENDING, with half an hour of access left. When something useless was
// put by hand it was made current, and the only refresh token that lived lost its last label.
describe('the leftover of an earlier login', () => {
  it.each([
    ['no token', () => CLIENT_CREDENTIALS],
    ['a dead one', () => REFUSED_FILE.replace('1768000000', String(Math.floor(world.now / 1000)))],
  ])('does not push out a later one when %s is put by hand', async (_name, useless) => {
    await world.secret.putPending(world.loginFile())
    world.now += MINUTE
    const version = world.secret.putCurrent(world.loginFile())
    await keep()
    world.now += MINUTE
    world.secret.putCurrent(useless())
    await keep()
    const stored = await world.stored()
    expect(stored.versionId).toBe(version)
    expect(world.schwab.isRefreshGood(stored.refreshToken)).toBe(true)
  })

  it('does not push out one that was stamped in the future', async () => {
    await world.secret.putPending(world.loginFile())
    world.now += MINUTE
    const later = parseToken(world.loginFile())
    const version = world.secret.putCurrent(formatToken({ ...later, loggedInAt: world.now + 8 * HOUR }))
    await keep()
    world.now += MINUTE
    world.secret.putCurrent(CLIENT_CREDENTIALS)
    await keep()
    const stored = await world.stored()
    expect(stored.versionId).toBe(version)
    expect(world.schwab.isRefreshGood(stored.refreshToken)).toBe(true)
  })

  // Its login was stamped by a clock that was hours ahead, so that it was taken for the later one.
  it.each([
    ['at once', () => undefined],
    ['also when no token is put by hand after it', () => void world.secret.putCurrent(CLIENT_CREDENTIALS)],
  ])('does not push out a later one when it was stamped in the future (%s)', async (_name, happens) => {
    const ahead = parseToken(world.loginFile())
    await world.secret.putPending(formatToken({ ...ahead, loggedInAt: world.now + 8 * HOUR }))
    world.now += MINUTE
    const version = world.secret.putCurrent(world.loginFile())
    await keep()
    world.now += MINUTE
    happens()
    await keep()
    const stored = await world.stored()
    expect(stored.versionId).toBe(version)
    expect(world.schwab.isRefreshGood(stored.refreshToken)).toBe(true)
  })
})
