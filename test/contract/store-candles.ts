import { beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '../../shared/domain/time.ts'
import { bar, bars, fullRead, liveRead, monday, newTicker, tuesday, weekdays, type OpenStore, type Store } from './store-setup.ts'

/** How candles are stored and handed out. */
export const describeCandles = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  describe(`candles in the ${kind} store`, () => {
    it('come back bit by bit as they were sent', async () => {
      const at = monday.opensAt
      const odd = [
        { at, open: 0.1 + 0.2, high: 1e300, low: 1e-7, close: 169.27, volume: 0 },
        {
          at: at + MINUTE,
          open: 5e-324,
          high: 123456789.12345679,
          low: 2.2250738585072014e-308,
          close: Number.MAX_SAFE_INTEGER,
          volume: 1.5,
        },
      ]
      const [result] = await store.ingest([liveRead(ticker, monday, odd)], 0)
      expect(result).toEqual({ ticker, revision: 1, written: 2, recompute: { from: at, candles: odd } })
    })

    it('are counted as written only where they differ', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 5))], 0)
      const read = liveRead(ticker, monday, [...bars(monday, 0, 4), bar(monday.opensAt + 4 * MINUTE, 200)], monday.closesAt)
      expect(await store.ingest([read], 0)).toMatchObject([{ revision: 2, written: 1 }])
      expect(await store.ingest([read], 0)).toMatchObject([{ revision: 2, written: 0 }])
    })

    it.each([['in one batch'], ['in two batches']])('are not overwritten by an older read that comes late, %s', async (how) => {
      const newer = liveRead(ticker, monday, bars(monday, 0, 2, 200), monday.closesAt)
      const older = liveRead(ticker, monday, bars(monday, 0, 3, 100), monday.closesAt - MINUTE)
      const batches = how === 'in one batch' ? [[newer, older]] : [[newer], [older]]
      for (const batch of batches) await store.ingest(batch, 0)
      const [result] = await store.ingest([{ ...liveRead(ticker, monday, []), sessions: [] }], 0)
      expect(result?.recompute?.candles).toEqual([...bars(monday, 0, 2, 200), ...bars(monday, 2, 3, 100)])
    })

    it('are stored for all tickers of a batch, one result each', async () => {
      const other = `${ticker}B`
      const results = await store.ingest(
        [
          liveRead(other, monday, bars(monday, 0, 2)),
          liveRead(ticker, monday, bars(monday, 0, 3)),
          liveRead(ticker, tuesday, bars(tuesday, 0, 1)),
        ],
        0,
      )
      expect(results).toMatchObject([
        { ticker, written: 4 },
        { ticker: other, written: 2 },
      ])
    })

    it('are no longer to be computed after the indicators were put, and until then are', async () => {
      const [first] = await store.ingest([liveRead(ticker, monday, bars(monday, 0, 5))], 0)
      const nothing = { ...liveRead(ticker, monday, []), sessions: [] }
      expect(await store.ingest([nothing], 0)).toEqual([{ ...first, written: 0 }])
      await store.putIndicators([{ ticker, revision: 1, rows: [] }])
      expect(await store.ingest([nothing], 0)).toEqual([{ ticker, revision: 1, written: 0, recompute: undefined }])
    })

    it('are to be computed from the earliest change since the last put', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 5, 9))], 0)
      await store.putIndicators([{ ticker, revision: 1, rows: [] }])
      await store.ingest([liveRead(ticker, monday, bars(monday, 9, 10))], 0)
      await store.ingest([liveRead(ticker, monday, bars(monday, 2, 3))], 0)
      const [result] = await store.ingest([liveRead(ticker, monday, bars(monday, 10, 11))], 0)
      expect(result?.recompute?.from).toBe(monday.opensAt + 2 * MINUTE)
    })

    it('are handed out in whole for 35 sessions of 390 bars', async () => {
      const sessions = weekdays(35)
      const all = sessions.flatMap((session) => bars(session))
      const [result] = await store.ingest([fullRead(ticker, sessions, all)], 0)
      expect(result?.written).toBe(13_650)
      expect(result?.recompute?.candles).toEqual(all)
    })
  })
}
