import { beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { bar, bars, DAY, fullRead, liveRead, monday, lookInto, newTicker, tuesday, type OpenStore, type Store } from './store-setup.ts'

/** What makes a session complete, and what opens it again. */
export const describeCompleteness = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  const look = (sessions: readonly Session[], tickers: readonly string[] = [ticker]) => lookInto(store, sessions, tickers)
  const coverage = async (session: Session) => (await look([session])).incomplete[0]
  const completed = async (session: Session) => (await coverage(session)) === undefined

  describe(`completeness in the ${kind} store`, () => {
    it('completes a session by two reads that agree', async () => {
      await store.ingest([fullRead(ticker, [monday], bars(monday))], 0)
      expect(await coverage(monday)).toMatchObject({ candles: 390, lastAuditAt: monday.closesAt + HOUR })
      await store.ingest([fullRead(ticker, [monday], bars(monday), monday.closesAt + 2 * HOUR)], 0)
      expect(await completed(monday)).toBe(true)
    })

    it('counts a session without its last minutes as covered until the close once it is complete', async () => {
      for (const hours of [1, 2]) {
        await store.ingest([fullRead(ticker, [monday], bars(monday, 0, 370), monday.closesAt + hours * HOUR)], 0)
      }
      expect((await look([monday])).newestCoveredUntil).toBe(monday.closesAt)
    })

    it('does not complete a session by one message that came twice, in one batch or in two', async () => {
      const read = fullRead(ticker, [monday], bars(monday))
      await store.ingest([read, read], 0)
      await store.ingest([read], 0)
      expect(await completed(monday)).toBe(false)
    })

    it('does not complete a session by reads before half an hour after the close', async () => {
      for (const minutes of [10, 29]) {
        await store.ingest([fullRead(ticker, [monday], bars(monday), monday.closesAt + minutes * MINUTE)], 0)
      }
      expect(await completed(monday)).toBe(false)
      await store.ingest([fullRead(ticker, [monday], bars(monday), monday.closesAt + 30 * MINUTE)], 0)
      expect(await completed(monday)).toBe(true)
    })

    it('does not complete a session by a read of a part of it', async () => {
      const read = fullRead(ticker, [monday], bars(monday))
      await store.ingest([read], 0)
      await store.ingest([{ ...read, from: monday.opensAt + MINUTE, fetchedAt: read.fetchedAt + HOUR }], 0)
      await store.ingest([{ ...read, to: monday.closesAt - MINUTE, fetchedAt: read.fetchedAt + 2 * HOUR }], 0)
      expect(await completed(monday)).toBe(false)
    })

    it('does not complete a session whose answer lacks a stored bar', async () => {
      await store.ingest([fullRead(ticker, [monday], bars(monday))], 0)
      await store.ingest([fullRead(ticker, [monday], bars(monday, 0, 389), monday.closesAt + 2 * HOUR)], 0)
      expect(await completed(monday)).toBe(false)
    })

    it('does not complete a session by a read that is older than one of its bars', async () => {
      const restated = [bar(monday.opensAt, 300)]
      await store.ingest([fullRead(ticker, [monday], bars(monday), monday.closesAt + HOUR)], 0)
      await store.ingest([liveRead(ticker, monday, restated, monday.closesAt + 3 * HOUR)], 0)
      await store.ingest([fullRead(ticker, [monday], bars(monday), monday.closesAt + 2 * HOUR)], 0)
      expect(await completed(monday)).toBe(false)
    })

    it('judges each session of a long answer by itself', async () => {
      const read = fullRead(ticker, [monday, tuesday], [...bars(monday), ...bars(tuesday)])
      await store.ingest([read], 0)
      await store.ingest([{ ...read, fetchedAt: read.fetchedAt + HOUR, candles: [...bars(monday), ...bars(tuesday, 0, 390, 200)] }], 0)
      expect((await look([monday, tuesday])).incomplete.map(({ date }) => date)).toEqual(['2026-01-06'])
    })

    it('never takes a session that has bars for an empty one', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 1))], 0)
      for (const days of [0, 1, 2, 3]) await store.ingest([fullRead(ticker, [monday], [], monday.closesAt + HOUR + days * DAY)], 0)
      expect(await completed(monday)).toBe(false)
    })

    it.each(['vouched for', 'not vouched for'])('opens a complete session again when one of its bars changes late, %s', async (vouched) => {
      for (const hours of [1, 2]) await store.ingest([fullRead(ticker, [monday], bars(monday), monday.closesAt + hours * HOUR)], 0)
      const late = liveRead(ticker, monday, bars(monday, 5, 6, 300), monday.closesAt + 3 * HOUR)
      await store.ingest([vouched === 'vouched for' ? late : { ...late, sessions: [] }], 0)
      expect(await completed(monday)).toBe(false)
      const restated = bars(monday).map((candle, i) => (i === 5 ? bar(candle.at, 300) : candle))
      await store.ingest([fullRead(ticker, [monday], restated, monday.closesAt + 4 * HOUR)], 0)
      expect(await completed(monday)).toBe(true)
    })
  })
}
