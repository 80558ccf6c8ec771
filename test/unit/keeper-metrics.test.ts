import { beforeEach, describe, expect, it } from 'vitest'
import type { KeeperDeps } from '../../functions/token-keeper/keeper-deps.ts'
import { tokenKeeper } from '../../functions/token-keeper/keep-token.ts'
import { AwsUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { REFRESH_TOKEN_LIFE } from '../../shared/domain/token.ts'
import { memorySecret } from '../fakes/memory-secret.ts'
import { START, tokenWorld, type TokenWorld } from '../fakes/token-world.ts'

let world: TokenWorld
beforeEach(() => {
  world = tokenWorld()
})

/** One minute of a new keeper, whatever comes of it. */
const keep = async (over: Partial<KeeperDeps> = {}): Promise<void> => {
  world.logged = ''
  await tokenKeeper(world.instance(over))().catch(() => undefined)
}
const published = (event: string): Readonly<Record<string, unknown>> | undefined =>
  world.logged
    .trimEnd()
    .split('\n')
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
    .find((line) => line['event'] === event)
const hours = (): unknown => published('token_hours_published')?.['hoursLeft']
const down = () => Promise.reject(new AwsUnavailable('down'))

describe('the hours that the token has left', () => {
  it('are those until the refresh token dies, every minute', async () => {
    await keep()
    expect(hours()).toBe(168)
    world.now = START + REFRESH_TOKEN_LIFE - 90 * MINUTE
    await keep()
    expect(hours()).toBe(1.5)
  })

  it('are none when it is dead, in the minute of its death and after', async () => {
    world.schwab.revoke()
    world.now += 25 * MINUTE
    await keep()
    expect(hours()).toBe(0)
    world.now += MINUTE
    await keep()
    expect(hours()).toBe(0)
  })

  it('are none when its time is over and nobody has found it dead yet', async () => {
    world.now = START + REFRESH_TOKEN_LIFE + MINUTE
    await keep({ endpoint: { ...world.schwab.endpoint, refresh: down } })
    expect(hours()).toBe(0)
  })

  it('are none when nobody has logged in yet', async () => {
    await keep({ secret: memorySecret() })
    expect(hours()).toBe(0)
  })

  it('are none when the secret holds no token, in the minute in which nothing can be done about that', async () => {
    world.secret.putCurrent('no token')
    world.calls = 0
    await keep()
    expect(hours()).toBe(0)
  })

  it('are what is left of the access token when nobody knows when the login was', async () => {
    const { creation_timestamp: _created, ...file } = JSON.parse(world.loginFile()) as Record<string, unknown>
    world.secret.putCurrent(JSON.stringify(file))
    await keep()
    expect(hours()).toBe(0.5)
  })

  it('are unknown, and not published, when AWS does not show the secret', async () => {
    await keep({ secret: { ...world.secret, current: down } })
    expect(world.logged).toContain('parked_jobs_published')
    expect(hours()).toBeUndefined()
  })
})

describe('the hours that the token has left', () => {
  it('go on from what was known while the database is down, so that nobody is asked to log in for that', async () => {
    const working = world.instance()
    let isDown = false
    const tokenState = () => (isDown ? Promise.reject(new StoreUnavailable('down')) : working.book.tokenState())
    const keeper = tokenKeeper({ ...working, book: { ...working.book, tokenState } })
    await keeper()
    const before = Number(hours())
    isDown = true
    world.logged = ''
    await expect(keeper()).rejects.toThrow('down')
    expect(before).toBeGreaterThan(24)
    expect(hours()).toBe(before)
  })
})

describe('the parked jobs', () => {
  it('are counted every minute', async () => {
    await keep()
    expect(published('parked_jobs_published')).toMatchObject({ count: 0 })
    world.parked = 7
    await keep()
    expect(published('parked_jobs_published')).toMatchObject({ count: 7 })
  })

  it('are counted while the database is down', async () => {
    await keep({ book: { ...world.book, tokenState: () => Promise.reject(new StoreUnavailable('down')) } })
    expect(published('parked_jobs_published')).toMatchObject({ count: 0 })
  })

  it('publish nothing and fail nothing when SQS does not tell how many they are', async () => {
    const result = await tokenKeeper(world.instance({ parked: { depth: down } }))()
    expect(result.nextDueAt).toEqual(expect.any(String))
    expect(published('parked_jobs_not_counted')).toMatchObject({ error: 'AWS_UNAVAILABLE' })
    expect(published('parked_jobs_published')).toBeUndefined()
    expect(Date.parse(result.nextDueAt)).toBeLessThan(START + HOUR)
  })
})
