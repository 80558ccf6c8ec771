import { beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../../shared/domain/session.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bars, LATER, liveRead, monday, lookInto, newTicker, tuesday, type OpenStore, type Store } from './store-setup.ts'

/** What moves the watermark of a session, and what does not. */
export const describeWatermark = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  const look = (sessions: readonly Session[], tickers: readonly string[] = [ticker]) => lookInto(store, sessions, tickers)
  const coverage = async (session: Session) => (await look([session])).incomplete[0]

  describe(`the watermark in the ${kind} store`, () => {
    it('reports a session that nothing is known of', async () => {
      expect(await coverage(monday)).toEqual({
        ticker,
        date: '2026-01-05',
        coveredUntil: undefined,
        candles: 0,
        lastAuditAt: undefined,
        claimedUntil: undefined,
        suspect: false,
        agreedSince: undefined,
        moved: false,
        wanted: false,
      })
    })

    it('moves the watermark to the end of the last returned bar and never back', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 10))], 0)
      expect(await coverage(monday)).toMatchObject({ coveredUntil: monday.opensAt + 10 * MINUTE, candles: 10 })
      await store.ingest([liveRead(ticker, monday, bars(monday, 2, 5), monday.closesAt)], 0)
      expect(await coverage(monday)).toMatchObject({ coveredUntil: monday.opensAt + 10 * MINUTE, candles: 10 })
    })

    it('moves the watermark by a bar that was already stored', async () => {
      await store.ingest([{ ...liveRead(ticker, monday, bars(monday, 0, 5)), sessions: [] }], 0)
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 5), monday.closesAt)], 0)
      expect(await coverage(monday)).toMatchObject({ coveredUntil: monday.opensAt + 5 * MINUTE })
    })

    it('leaves the watermark where it is after an empty answer', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3))], 0)
      await store.ingest([liveRead(ticker, monday, [], monday.closesAt)], 0)
      expect(await coverage(monday)).toMatchObject({ coveredUntil: monday.opensAt + 3 * MINUTE })
    })

    it('does not move the watermark of a session that the answer does not vouch for', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3))], 0)
      await store.ingest([{ ...liveRead(ticker, monday, bars(monday, 0, 9)), sessions: [] }], 0)
      expect(await coverage(monday)).toMatchObject({ coveredUntil: monday.opensAt + 3 * MINUTE, candles: 9 })
    })

    it('keeps a claim and what was known before it', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3))], 0)
      const claims = [monday, tuesday].map((session) => ({ ticker, session }))
      await store.claimSessions(claims, LATER)
      const { incomplete } = await look([monday, tuesday])
      expect(incomplete.toSorted((a, b) => (a.date < b.date ? -1 : 1))).toMatchObject([
        { candles: 3, claimedUntil: LATER },
        { candles: 0, claimedUntil: LATER, coveredUntil: undefined },
      ])
    })
  })
}
