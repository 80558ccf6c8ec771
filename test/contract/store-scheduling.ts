import { beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { bars, LATER, liveRead, monday, lookInto, newTicker, nextTick, tuesday, type OpenStore, type Store } from './store-setup.ts'

/** What the scheduler and the fetcher ask a store. */
export const describeScheduling = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  const look = (sessions: readonly Session[], tickers: readonly string[] = [ticker]) => lookInto(store, sessions, tickers)

  describe(`a tick of the ${kind} store`, () => {
    it('is given to one who asks', async () => {
      const tick = nextTick()
      const ask = () => store.beginTick({ tick, tickers: [ticker], sessions: [monday], dirtyBefore: 0 })
      const answers = await Promise.all([ask(), ask(), ask()])
      expect(answers.filter(({ claimed }) => claimed)).toHaveLength(1)
      expect(answers.find(({ claimed }) => !claimed)?.incomplete).toEqual([])
    })

    it('names the newest minute of the sessions and tickers asked for', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3)), liveRead(`${ticker}B`, tuesday, bars(tuesday, 0, 3))], 0)
      expect((await look([monday], [ticker, `${ticker}B`])).newestCoveredUntil).toBe(monday.opensAt + 3 * MINUTE)
      expect((await look([monday, tuesday], [ticker])).newestCoveredUntil).toBe(monday.opensAt + 3 * MINUTE)
      expect((await look([tuesday], [ticker])).newestCoveredUntil).toBeUndefined()
    })

    it('names the tickers that have waited for their indicators', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3))], LATER)
      await store.ingest([liveRead(ticker, monday, bars(monday, 3, 6))], LATER + HOUR)
      const dirtyBefore = async (before: number) => {
        return (await store.beginTick({ tick: nextTick(), tickers: [ticker], sessions: [], dirtyBefore: before })).dirty
      }
      expect(await dirtyBefore(LATER)).toEqual([])
      expect(await dirtyBefore(LATER + 1)).toEqual([ticker])
    })
  })

  describe(`the request budget of the ${kind} store`, () => {
    const limits = { perMinute: 10, backfillPerMinute: 4 }
    let start = 0
    const minute = () => start

    beforeEach(() => {
      start = nextTick()
    })

    it('grants live calls before the others', async () => {
      expect(await store.beginFetch({ now: minute(), live: 8, backfill: 5, ...limits })).toMatchObject({ live: 8, backfill: 2 })
    })

    it('holds backfill to its share', async () => {
      expect(await store.beginFetch({ now: minute(), live: 0, backfill: 3, ...limits })).toMatchObject({ live: 0, backfill: 3 })
      expect(await store.beginFetch({ now: minute(), live: 0, backfill: 3, ...limits })).toMatchObject({ live: 0, backfill: 1 })
      expect(await store.beginFetch({ now: minute(), live: 9, backfill: 3, ...limits })).toMatchObject({ live: 6, backfill: 0 })
    })

    it('is never exceeded, whatever the minute of the clock is', async () => {
      const ask = (now: number) => store.beginFetch({ now, live: 2, backfill: 1, ...limits })
      const grants = await Promise.all(Array.from({ length: 8 }, (_, i) => ask(minute() + 56_000 + i * 1000)))
      expect(grants.reduce((sum, { live, backfill }) => sum + live + backfill, 0)).toBe(10)
      expect(await ask(minute() + 2 * MINUTE)).toMatchObject({ live: 0, backfill: 0 })
    })

    it('counts a call for 65 seconds, and says when the oldest ends', async () => {
      const ask = (seconds: number, live: number) => store.beginFetch({ now: minute() + seconds * 1000, live, backfill: 0, ...limits })
      expect((await ask(0, 4)).freeAt).toBeUndefined()
      await ask(30, 6)
      expect(await ask(64.9, 9)).toMatchObject({ live: 0, freeAt: minute() + 65_000 })
      expect(await ask(65, 9)).toMatchObject({ live: 4, freeAt: minute() + 95_000 })
      expect(await ask(95, 9)).toMatchObject({ live: 6, freeAt: minute() + 130_000 })
    })

    it('counts a call of a clock that is ahead as well', async () => {
      await store.beginFetch({ now: minute() + 2_000, live: 9, backfill: 0, ...limits })
      expect(await store.beginFetch({ now: minute(), live: 9, backfill: 0, ...limits })).toMatchObject({ live: 1 })
    })

    it('grants nothing when the limit has been lowered below what is used', async () => {
      await store.beginFetch({ now: minute(), live: 8, backfill: 0, ...limits })
      expect(await store.beginFetch({ now: minute(), live: 1, backfill: 1, perMinute: 5, backfillPerMinute: 4 })).toMatchObject({
        live: 0,
        backfill: 0,
      })
    })
  })
}
