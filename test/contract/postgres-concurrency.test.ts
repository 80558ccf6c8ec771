import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { postgresBinaries, startCluster, type Cluster } from './postgres-cluster.ts'
import { postgresStore, storedRows } from './postgres-store.ts'
import { randomBatch, seededRandom } from './store-random.ts'
import { bars, fullRead, indicators, liveRead, monday, newTicker, nextTick, weekdays, type Store } from './store-setup.ts'

const binaries = postgresBinaries()

describe.skipIf(binaries === undefined)('a real PostgreSQL', () => {
  let cluster: Cluster
  let store: Store
  let owner: pg.Client
  /** Stores that work at the same time, each on its connection. */
  let stores: readonly Store[]

  beforeAll(async () => {
    cluster = await startCluster(binaries ?? '')
    stores = await Promise.all(Array.from({ length: 8 }, async () => postgresStore(await cluster.connect('service_role'))))
    const [first] = stores
    if (first !== undefined) store = first
    owner = await cluster.connect()
  })
  afterAll(() => cluster.stop())

  it.each([1, 2, 3])('ends in the same candles whatever writers did at the same time (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const tickers = Array.from({ length: 4 }, newTicker)
    const sessions = weekdays(4)
    const fetchedAts = new Set<number>()
    const batches = Array.from({ length: 60 }, () => randomBatch(random, tickers, sessions)).map((batch) => {
      let { fetchedAt } = batch
      while (fetchedAts.has(fetchedAt)) fetchedAt += 1
      fetchedAts.add(fetchedAt)
      return { ...batch, fetchedAt }
    })
    const model = memoryStore()
    for (const batch of batches.toSorted((a, b) => a.fetchedAt - b.fetchedAt)) await model.ingest([batch], 0)
    await Promise.all(
      stores.slice(0, 4).map(async (writer) => {
        const mine = shuffled(batches, random)
        for (let i = 0; i < mine.length; i += 5) {
          const results = await writer.ingest(mine.slice(i, i + 5), 0)
          const puts = results.map(({ ticker, revision, recompute }) => ({
            ticker,
            revision,
            rows: (recompute?.candles ?? []).map(({ at, close }) => indicators(at, close)),
          }))
          await writer.putIndicators(shuffled(puts, random))
          await writer.claimSessions(
            shuffled(
              tickers.flatMap((ticker) => sessions.map((session) => ({ ticker, session }))),
              random,
            ),
            nextTick(),
          )
        }
      }),
    )
    // What a writer left because it was stale, the next recompute heals.
    for (const { ticker, revision, recompute } of await store.ingest(
      tickers.map((ticker) => ({ ...liveRead(ticker, monday, []), sessions: [] })),
      0,
    )) {
      if (recompute !== undefined) {
        await store.putIndicators([{ ticker, revision, rows: recompute.candles.map(({ at, close }) => indicators(at, close)) }])
      }
    }
    for (const ticker of tickers) {
      const candles = model.state.candles(ticker)
      const stored = await storedRows(owner, ticker)
      expect(stored.map(({ at, sma9 }) => [at, sma9])).toEqual(candles.map(({ at, close }) => [at, close]))
    }
  })

  it('lets a writer that waited for another see what that one wrote', async () => {
    const ticker = newTicker()
    const [first, second] = [await cluster.connect('service_role'), await cluster.connect('service_role')]
    await first.query('begin')
    await postgresStore(first).ingest([liveRead(ticker, monday, bars(monday, 0, 5))], 0)
    const waiting = postgresStore(second).ingest([liveRead(ticker, monday, bars(monday, 5, 10))], 0)
    await untilBlocked()
    await first.query('commit')
    const [result] = await waiting
    expect(result).toMatchObject({ revision: 2, written: 5, recompute: { from: monday.opensAt } })
    expect(result?.recompute?.candles).toHaveLength(10)
  })

  it('refuses indicators when another writer commits between the read of the candles and the put', async () => {
    const ticker = newTicker()
    const [first, second] = [await cluster.connect('service_role'), await cluster.connect('service_role')]
    await store.ingest([liveRead(ticker, monday, bars(monday, 0, 5))], 0)
    await first.query('begin')
    await postgresStore(first).ingest([liveRead(ticker, monday, bars(monday, 5, 6))], 0)
    const put = postgresStore(second).putIndicators([{ ticker, revision: 1, rows: [indicators(monday.opensAt, 1)] }])
    await untilBlocked()
    await first.query('commit')
    expect(await put).toEqual([ticker])
    expect(await storedRows(owner, ticker)).toEqual([])
  })

  it('counts one message that two writers have at the same time as one audit', async () => {
    const ticker = newTicker()
    const read = fullRead(ticker, [monday], bars(monday))
    await store.ingest([{ ...read, fetchedAt: read.fetchedAt - 20 * MINUTE }], 0)
    await Promise.all(stores.map((writer) => writer.ingest([{ ...read, candles: bars(monday, 0, 389) }], 0)))
    expect((await owner.query('select audits from public.session_coverage where ticker = $1', [ticker])).rows).toEqual([{ audits: 2 }])
  })

  it('never grants more calls than the minute has, whoever asks at the same time', async () => {
    const now = Date.UTC(2031, 0, 1)
    const grants = await Promise.all(
      stores.map(async (asker, i) => {
        const mine = []
        for (let round = 0; round < 10; round++) {
          mine.push(await asker.beginFetch({ now: now + i * 1000, live: 2, backfill: 1, perMinute: 120, backfillPerMinute: 20 }))
        }
        return mine
      }),
    )
    const total = (kind: 'live' | 'backfill') => grants.flat().reduce((sum, grant) => sum + grant[kind], 0)
    expect(total('live') + total('backfill')).toBe(120)
    expect(total('backfill')).toBeLessThanOrEqual(20)
  })

  it('lets a fetcher wait for another that is taking calls of the same minute', async () => {
    const now = Date.UTC(2031, 0, 2)
    const [first, second] = [await cluster.connect('service_role'), await cluster.connect('service_role')]
    const ask = (live: number) => ({ now, live, backfill: 0, perMinute: 120, backfillPerMinute: 20 })
    await store.beginFetch(ask(0))
    await first.query('begin')
    expect(await postgresStore(first).beginFetch(ask(118))).toMatchObject({ live: 118, backfill: 0 })
    const waiting = postgresStore(second).beginFetch(ask(5))
    await untilBlocked()
    await first.query('commit')
    expect(await waiting).toMatchObject({ live: 2, backfill: 0 })
  })

  it('gives a tick to one of eight schedulers', async () => {
    const tick = Date.UTC(2031, 0, 1) + HOUR
    const ask = (asker: Store) => asker.beginTick({ tick, tickers: [], sessions: [], dirtyBefore: 0 })
    const answers = await Promise.all(stores.map(ask))
    expect(answers.filter(({ claimed }) => claimed)).toHaveLength(1)
  })

  /** Until some connection waits for a lock. */
  const untilBlocked = async (): Promise<void> => {
    const blocked = "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'"
    while ((await owner.query<{ count: number }>(blocked)).rows[0]?.count === 0);
  }
})

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
