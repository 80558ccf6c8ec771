import { beforeEach, describe, expect, it } from 'vitest'
import { finishLogin, finishStoredLogin } from '../../functions/reauth/finish-login.ts'
import { AwsUnavailable, SchwabUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import { tokenOfLogin } from '../../shared/domain/next-token.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { formatToken, parseToken } from '../../shared/domain/token.ts'
import { loginAnswer } from '../fakes/memory-login.ts'
import { LOGGED_IN_AT, memoryLoginSite, NOW } from '../fakes/memory-login-site.ts'
import { memorySecret } from '../fakes/memory-secret.ts'

type Site = Awaited<ReturnType<typeof memoryLoginSite>>
let site: Site
beforeEach(async () => {
  site = await memoryLoginSite()
  site.schwab.issue('the-code', loginAnswer('new'))
})

const LOGIN = { code: 'the-code', redirectUri: 'https://127.0.0.1:8182' }
const finish = () => finishLogin(site.deps, LOGIN)
const tokenText = (name: string, at: number, account?: string) => formatToken(tokenOfLogin(loginAnswer(name, account), at))
const current = async () => parseToken((await site.secret.current()).value)
/** Somebody else stores a version while the login is being proven. */
const meanwhile = (text: string, then: (version: string) => Promise<unknown> = async () => undefined) =>
  site.schwab.duringProof(async () => {
    const { versionId } = await site.secret.current()
    const version = await site.secret.putPending(text)
    await site.secret.promote(version, versionId)
    await then(version)
  })

describe('the end of a login', () => {
  it('stores, proves, promotes, records and publishes', async () => {
    await site.die()
    const outcome = await finish()
    const { versionId } = await site.secret.current()
    const refreshExpiresAt = NOW + 7 * 24 * HOUR
    expect(outcome).toEqual({ outcome: 'completed', versionId, outageId: 'outage-1', refreshExpiresAt, recorded: true, published: true })
    expect(await current()).toMatchObject({ accessToken: 'access-new', refreshToken: 'refresh-new', loggedInAt: NOW })
    expect(site.book.proven()).toMatchObject({ version: versionId, how: 'login', loggedInAt: NOW, refreshExpiresAt })
    expect(site.events.published).toMatchObject([{ type: 'Reauthorized', detail: { outageId: 'outage-1', how: 'login' } }])
    expect(site.book.published()).toEqual(['reauthorized:outage-1'])
  })

  it('counts its data call and makes it though none is granted', async () => {
    await finish()
    expect(site.calls).toEqual([{ now: NOW, live: 1, backfill: 0, perMinute: 120, backfillPerMinute: 20 }])
    expect(site.schwab.proofs).toEqual(['access-new'])
  })

  it('uses up no code while the secret takes no version, and tells people', async () => {
    for (let version = 0; version < 100; version++) site.secret.putCurrent(tokenText(`other-${version}`, NOW))
    expect(await finish()).toEqual({ outcome: 'secret_full' })
    expect(site.schwab.exchanges).toEqual([])
    expect(site.events.published).toMatchObject([{ type: 'SecretFull' }])
  })

  it('is the first one of an empty secret', async () => {
    const secret = memorySecret()
    site = await memoryLoginSite()
    site.schwab.issue('the-code', loginAnswer('new'))
    expect(await finishLogin({ ...site.deps, secret }, LOGIN)).toMatchObject({ outcome: 'completed', recorded: true })
    expect((await secret.current()).value).toContain('access-new')
  })

  it('replaces what is no token at all', async () => {
    site.secret.putCurrent('garbage')
    expect(await finish()).toMatchObject({ outcome: 'completed' })
    expect((await current()).accessToken).toBe('access-new')
  })

  it('keeps others from a refresh meanwhile, and lets them again', async () => {
    site.schwab.duringProof(async () => expect(await site.book.takeLease('refresh', 'keeper', NOW, NOW + MINUTE)).toBe(false))
    expect(await finish()).toMatchObject({ outcome: 'completed' })
    expect(await site.book.takeLease('refresh', 'keeper', NOW, NOW + MINUTE)).toBe(true)
  })

  it('goes on without the lease when who has it does not end within two seconds', async () => {
    await site.book.takeLease('refresh', 'keeper', NOW, NOW + MINUTE)
    let waited = 0
    const pause = async (ms: number) => void (waited += ms)
    expect(await finishLogin({ ...site.deps, pause }, LOGIN)).toMatchObject({ outcome: 'completed' })
    expect(waited).toBe(2000)
    expect(site.book.holder('refresh')).toBe('keeper')
  })

  it('does not exchange its code while a refresh is under way that is about to end', async () => {
    await site.book.takeLease('refresh', 'keeper', NOW, NOW + MINUTE)
    const pause = async () => {
      expect(site.schwab.exchanges).toEqual([])
      await site.book.releaseLease('refresh', 'keeper')
    }
    site.schwab.duringProof(async () => expect(site.book.holder('refresh')).toBe('reauth-1'))
    expect(await finishLogin({ ...site.deps, pause }, LOGIN)).toMatchObject({ outcome: 'completed' })
  })

  it('leaves the code and the login before alone while Secrets Manager does not answer', async () => {
    const secret = { ...site.secret, current: () => Promise.reject(new AwsUnavailable('down')) }
    await expect(finishLogin({ ...site.deps, secret }, LOGIN)).rejects.toThrow(AwsUnavailable)
    expect(site.schwab.exchanges).toEqual([])
  })

  it('is not lost when Secrets Manager takes it only at the third try', async () => {
    site.secret.refusePuts(2)
    expect(await finish()).toMatchObject({ outcome: 'completed' })
    expect((await current()).accessToken).toBe('access-new')
  })

  it('replaces what a refresh of the login before has stored meanwhile', async () => {
    meanwhile(tokenText('refreshed', LOGGED_IN_AT))
    expect(await finish()).toMatchObject({ outcome: 'completed' })
    expect((await current()).accessToken).toBe('access-new')
  })

  it('gives way to a later login that works', async () => {
    meanwhile(tokenText('later', NOW + MINUTE))
    expect(await finish()).toEqual({ outcome: 'superseded' })
    expect((await current()).accessToken).toBe('access-later')
    expect(site.events.published).toEqual([])
  })

  it('takes the word of the database that the later one works', async () => {
    const expiry = { accessExpiresAt: NOW, refreshExpiresAt: NOW }
    meanwhile(tokenText('later', NOW + MINUTE), (version) =>
      site.book.recordProven({ version, how: 'login', now: NOW, loggedInAt: NOW + MINUTE, ...expiry }),
    )
    expect(await finish()).toEqual({ outcome: 'superseded' })
    expect(site.schwab.proofs).toEqual(['access-new'])
  })

  it('does not give way to a later one that does not work', async () => {
    meanwhile(tokenText('later', NOW + MINUTE))
    site.schwab.ban('access-later')
    expect(await finish()).toMatchObject({ outcome: 'completed' })
    expect((await current()).accessToken).toBe('access-new')
  })

  it('does not mind that the keeper has promoted it already', async () => {
    site.schwab.duringProof(async () => {
      const [pending, { versionId }] = [await site.secret.pending(), await site.secret.current()]
      await site.secret.promote(pending?.versionId ?? '', versionId)
    })
    expect(await finish()).toMatchObject({ outcome: 'completed', recorded: true })
  })

  it('fails as one that can be tried again when the secret never comes to rest', async () => {
    const secret = { ...site.secret, promote: async () => 'moved' as const }
    await expect(finishLogin({ ...site.deps, secret }, LOGIN)).rejects.toThrow(AwsUnavailable)
    expect((await site.secret.pending())?.value).toContain('access-new')
  })

  it('does not need the database to become current', async () => {
    const down = () => Promise.reject(new StoreUnavailable('down'))
    const book = { tokenState: down, recordProven: down }
    const deps = { ...site.deps, book, budget: { beginFetch: down }, leases: { takeLease: down, releaseLease: down } }
    expect(await finishLogin(deps, LOGIN)).toMatchObject({ outcome: 'completed', recorded: false, published: false })
    expect((await current()).accessToken).toBe('access-new')
  })

  it('lets a bug through', async () => {
    const bug = () => Promise.reject(new TypeError('bug'))
    await expect(finishLogin({ ...site.deps, proof: { prove: bug } }, LOGIN)).rejects.toThrow(TypeError)
    await expect(finishLogin({ ...site.deps, endpoint: { exchangeCode: bug } }, LOGIN)).rejects.toThrow(TypeError)
    expect((await current()).accessToken).toBe('access-old')
  })
})

describe('a login of another account', () => {
  beforeEach(() => site.schwab.issue('the-code', loginAnswer('other', 'account-2')))

  it('is kept beside the current one and not used', async () => {
    const outcome = await finish()
    expect(outcome).toEqual({ outcome: 'other_account', account: 'other', versionId: (await site.secret.pending())?.versionId })
    expect((await current()).accessToken).toBe('access-old')
    expect(site.schwab.proofs).toEqual([])
  })

  it('is noticed by the token before, when what is current is no token', async () => {
    site.secret.putCurrent('garbage')
    expect(await finish()).toMatchObject({ outcome: 'other_account' })
  })

  it.each([
    ['the stored token does not say whose it is', { stored: {}, answer: 'account-2' }],
    ['neither says whose it is', { stored: {}, answer: undefined }],
    ['Schwab does not say whose the login is', { stored: undefined, answer: undefined }],
  ])('or of nobody knows which is asked about when %s', async (_name, { stored: rest, answer }) => {
    const token = parseToken((await site.secret.current()).value)
    site.secret.putCurrent(formatToken({ ...token, rest: rest ?? token.rest }))
    const { idToken, ...anonymous } = loginAnswer('other', 'account-2')
    site.schwab.issue('the-code', { ...anonymous, ...(answer !== undefined && { idToken }) })
    const outcome = await finish()
    expect(outcome).toMatchObject({ outcome: 'other_account', account: 'unknown' })
    expect((await current()).accessToken).toBe('access-old')
    expect(site.schwab.proofs).toEqual([])
    if (outcome.outcome !== 'other_account') return
    expect(await finishStoredLogin(site.deps, outcome.versionId)).toMatchObject({ outcome: 'completed' })
  })

  it('or of nobody knows which is asked about when nothing readable was ever stored', async () => {
    site.secret.putCurrent('garbage')
    site.secret.putCurrent('garbage again')
    site.schwab.issue('the-code', loginAnswer('other', 'account-2'))
    expect(await finish()).toMatchObject({ outcome: 'other_account', account: 'unknown' })
  })

  it('is used when a person agrees', async () => {
    const { versionId } = await stored()
    expect(await finishStoredLogin(site.deps, versionId)).toMatchObject({ outcome: 'completed', versionId, recorded: true })
    expect((await current()).accessToken).toBe('access-other')
    expect(site.events.published).toHaveLength(1)
  })

  it('is proven first all the same', async () => {
    const { versionId } = await stored()
    site.schwab.ban('access-other')
    expect(await finishStoredLogin(site.deps, versionId)).toEqual({ outcome: 'no_market_data' })
    expect((await current()).accessToken).toBe('access-old')
  })

  it('stays where it is while it cannot be proven', async () => {
    const { versionId } = await stored()
    site.schwab.refuseProof(new SchwabUnavailable('no'))
    expect(await finishStoredLogin(site.deps, versionId)).toEqual({ outcome: 'not_proven', versionId })
  })

  it('is lost when another version has taken its place', async () => {
    const { versionId } = await stored()
    await site.secret.putPending(tokenText('refreshed', LOGGED_IN_AT))
    expect(await finishStoredLogin(site.deps, versionId)).toEqual({ outcome: 'displaced' })
    expect((await current()).accessToken).toBe('access-old')
  })

  it('is used once, however often a person agrees', async () => {
    const { versionId } = await stored()
    await finishStoredLogin(site.deps, versionId)
    expect(await finishStoredLogin(site.deps, versionId)).toEqual({ outcome: 'superseded' })
    expect(site.events.published).toHaveLength(1)
  })

  const stored = async () => {
    const outcome = await finish()
    if (outcome.outcome !== 'other_account') throw new Error(outcome.outcome)
    return outcome
  }
})
