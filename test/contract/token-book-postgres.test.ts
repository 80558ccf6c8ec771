import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MINUTE } from '../../shared/domain/time.ts'
import { postgresBinaries, startCluster, type Cluster } from './postgres-cluster.ts'
import { postgresStore } from './postgres-store.ts'
import { seededRandom } from './store-random.ts'
import { nextTick, type Store } from './store-setup.ts'
import { describeTokenBook } from './token-book-contract.ts'
import { playBoth } from './token-book-random.ts'
import { newName, newVersion, noon, proven, settle } from './token-book-setup.ts'

const binaries = postgresBinaries()

describe.skipIf(binaries === undefined)('a real PostgreSQL', () => {
  let cluster: Cluster
  let owner: pg.Client
  let store: Store
  /** Stores that work at the same time, each on its connection. */
  let stores: readonly Store[]

  beforeAll(async () => {
    cluster = await startCluster(binaries ?? '')
    owner = await cluster.connect()
    stores = await Promise.all(Array.from({ length: 20 }, async () => postgresStore(await cluster.connect('service_role'))))
    const [first] = stores
    if (first !== undefined) store = first
  })
  afterAll(() => cluster.stop())

  describeTokenBook('PostgreSQL', () => store)

  const count = <Item>(items: readonly Item[], wanted: Item): number => items.filter((item) => item === wanted).length

  it.each(Array.from({ length: 5 }, (_, round) => round))('gives a lease to one of twenty (round %i)', async (round) => {
    const now = noon + round * MINUTE
    const taken = await Promise.all(stores.map((each, i) => each.takeLease('redrive', `holder-${i}`, now, now + MINUTE)))
    expect(count(taken, true)).toBe(1)
  })

  it('gives a notice to one of twenty, and again to one when the claim has run out', async () => {
    const key = newName('key')
    for (const now of [noon, noon + MINUTE]) {
      const claims = await Promise.all(stores.map((each) => each.claimNotice(key, now, now + MINUTE)))
      expect([count(claims, 'claimed'), count(claims, 'taken')]).toEqual([1, 19])
    }
  })

  it('opens one outage for twenty who find a death, of one version or of many', async () => {
    for (const versions of [stores.map(() => 'the same'), stores.map(newVersion)]) {
      await settle(store)
      const found = await Promise.all(
        stores.map((each, i) => each.markDead({ version: versions[i] ?? '', reason: 'reauth_required', now: noon })),
      )
      const opened = found.map((death) => death.opened)
      expect(count(opened, true)).toBe(1)
      expect(new Set(found.map(({ outage }) => outage.id)).size).toBe(1)
    }
  })

  it('ends an outage for one of twenty', async () => {
    await settle(store)
    await store.markDead({ version: newVersion(), reason: 'reauth_required', now: noon })
    const version = newVersion()
    const recorded = await Promise.all(stores.map((each) => each.recordProven(proven(version))))
    const ended = recorded.map((each) => each.ended)
    expect(count(ended, undefined)).toBe(19)
  })

  it('lets one of twenty use a login state', async () => {
    const stateHash = newName('state')
    await store.putState({ stateHash, browserHash: 'b', subject: 'outage:1', now: noon, expiresAt: noon + MINUTE })
    const taken = await Promise.all(stores.map((each) => each.takeState({ stateHash, browserHash: 'b', now: noon })))
    const outcomes = taken.map(({ outcome }) => outcome)
    expect([count(outcomes, 'taken'), count(outcomes, 'used')]).toEqual([1, 19])
  })

  /** What `second` comes to when it waits for `first`, which commits meanwhile. */
  const after = async <Answer>(first: (store: Store) => Promise<unknown>, second: (store: Store) => Promise<Answer>): Promise<Answer> => {
    const [one, other] = [await cluster.connect('service_role'), await cluster.connect('service_role')]
    await one.query('begin')
    await first(postgresStore(one))
    const waiting = second(postgresStore(other))
    const blocked = "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'"
    while ((await owner.query<{ count: number }>(blocked)).rows[0]?.count === 0);
    await one.query('commit')
    return waiting
  }

  it('lets a death that is found during a repair see what was repaired', async () => {
    await settle(store)
    const { outage } = await store.markDead({ version: newVersion(), reason: 'reauth_required', now: noon })
    const death = await after(
      (first) => first.recordProven(proven(newVersion(), noon + MINUTE, 'login')),
      (second) => second.markDead({ version: newVersion(), reason: 'entitlement', now: noon + MINUTE }),
    )
    expect(death.opened).toBe(true)
    expect(death.outage.id).not.toBe(outage.id)
  })

  it('lets a proof that waited for the death of the same version end nothing', async () => {
    const living = await settle(store)
    const version = newVersion()
    const { ended } = await after(
      (first) => first.markDead({ version, reason: 'entitlement', now: noon }),
      (second) => second.recordProven(proven(version, noon)),
    )
    expect(ended).toBeUndefined()
    expect(await store.tokenState()).toMatchObject({ provenVersion: living, outages: [{ reauthorizedAt: undefined }] })
  })

  it('lets one who waited for the use of a login state find it used', async () => {
    const stateHash = newName('state')
    await store.putState({ stateHash, browserHash: 'b', subject: 'outage:1', now: noon, expiresAt: noon + MINUTE })
    const take = (each: Store) => each.takeState({ stateHash, browserHash: 'b', now: noon })
    expect((await after(take, take)).outcome).toBe('used')
  })

  it('comes through anything that all do at the same time, with at most one open outage', async () => {
    await settle(store)
    const counted = (await store.markDead({ version: newVersion(), reason: 'configuration', now: noon })).outage.id
    const versions = Array.from({ length: 6 }, newVersion)
    await Promise.all(
      stores.map(async (each, i) => {
        const random = seededRandom(i + 1)
        for (let step = 0; step < 20; step++) {
          const version = versions[Math.floor(random() * versions.length)] ?? ''
          const { outage } = await each.markDead({ version, reason: 'reauth_required', now: noon })
          await each.countParked(counted, 1)
          await each.markPublished(`reauth-required:${outage.id}`, noon)
          await each.beginTick({ tick: nextTick(), tickers: [], sessions: [], dirtyBefore: 0 })
          await each.recordProven(proven(version))
          await each.recordProven(proven(newVersion()))
          await each.recovery({ outageId: outage.id, tickers: [], sessions: [], now: noon })
          await each.markRestored(outage.id, noon)
          await each.countRedriven(counted, 1)
        }
      }),
    )
    expect(await store.outage(counted)).toMatchObject({ parked: 400, redriven: 400 })
    const open = 'select count(*)::int as count from public.outages where reauthorized_at is null'
    expect((await owner.query<{ count: number }>(open)).rows[0]?.count).toBeLessThanOrEqual(1)
  })

  it.each([1, 2, 3, 4])('answers as the memory store does to any sequence of calls (seed %i)', async (seed) => {
    for (const { real, model } of await playBoth(store, seededRandom(seed), 300)) expect(real).toEqual(model)
  })
})
