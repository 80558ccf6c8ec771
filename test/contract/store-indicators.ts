import { beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '../../shared/domain/time.ts'
import type { Session } from '../../shared/domain/session.ts'
import {
  bars,
  fullRead,
  indicators,
  LATER,
  liveRead,
  monday,
  lookInto,
  newTicker,
  weekdays,
  type OpenStore,
  type Indicators,
  type Store,
  type StoreUnderTest,
} from './store-setup.ts'

/** Which candles indicators are computed from, and when they are written. */
export const describeIndicators = (kind: string, open: OpenStore): void => {
  let store: Store
  let stored: StoreUnderTest['indicators']
  let ticker: string

  beforeEach(() => {
    ;({ store, indicators: stored } = open())
    ticker = newTicker()
  })

  const look = (sessions: readonly Session[], tickers: readonly string[] = [ticker]) => lookInto(store, sessions, tickers)

  describe(`the span to recompute in the ${kind} store`, () => {
    /** Stores the sessions with so many bars each, settles them, changes one bar and tells which sessions are handed out. */
    const spanAfterChange = async (counts: readonly number[], changed: number) => {
      const sessions = weekdays(counts.length)
      const all = sessions.flatMap((session, i) => bars(session, 0, counts[i]))
      await store.ingest([fullRead(ticker, sessions, all)], 0)
      await store.putIndicators([{ ticker, revision: 1, rows: [] }])
      const session = sessions[changed] ?? monday
      const [result] = await store.ingest([liveRead(ticker, session, bars(session, 0, 1, 500), LATER)], 0)
      const candles = result?.recompute?.candles ?? []
      return counts.flatMap((count, i) => {
        const { opensAt = 0, closesAt = 0 } = sessions[i] ?? {}
        const inside = candles.filter(({ at }) => at >= opensAt && at < closesAt).length
        expect([0, count]).toContain(inside)
        return inside > 0 ? [i] : []
      })
    }

    it('begins with the latest session that leaves 300 bars before the changed one', async () => {
      expect(await spanAfterChange([390, 390, 390, 390], 3)).toEqual([2, 3])
    })

    it('begins with a session of 300 bars just before the changed one', async () => {
      expect(await spanAfterChange([10, 300, 10], 2)).toEqual([1, 2])
    })

    it('begins one session earlier if that leaves only 299', async () => {
      expect(await spanAfterChange([10, 10, 299, 10], 3)).toEqual([1, 2, 3])
    })

    it('begins with the first bar if there are no 300', async () => {
      expect(await spanAfterChange([10, 20, 30, 40], 3)).toEqual([0, 1, 2, 3])
    })

    it('ends with the last session that has fewer than 300 bars between itself and the change', async () => {
      expect(await spanAfterChange([10, 299, 390, 390], 0)).toEqual([0, 1, 2])
    })

    it('ends one session earlier if there are 300', async () => {
      expect(await spanAfterChange([10, 300, 390, 390], 0)).toEqual([0, 1])
    })

    it('reaches over many short sessions', async () => {
      expect(await spanAfterChange([390, 100, 100, 100, 100, 100], 1)).toEqual([0, 1, 2, 3, 4])
    })

    it('takes in both ends of several changes', async () => {
      const sessions = weekdays(6)
      const all = sessions.flatMap((session) => bars(session))
      await store.ingest([fullRead(ticker, sessions, all)], 0)
      await store.putIndicators([{ ticker, revision: 1, rows: [] }])
      const [, second = monday, , fourth = monday] = sessions
      const change = (session: Session) => ({ ...liveRead(ticker, session, bars(session, 7, 8, 500), LATER), sessions: [] })
      await store.ingest([change(fourth)], 0)
      const [result] = await store.ingest([change(second)], 0)
      expect(result?.recompute?.from).toBe(second.opensAt + 7 * MINUTE)
      expect(result?.recompute?.candles).toHaveLength(5 * 390)
    })

    it('takes in later sessions when an old one is filled in', async () => {
      const [first = monday, second = monday, third = monday] = weekdays(3)
      await store.ingest([fullRead(ticker, [first, third], [...bars(first), ...bars(third)])], 0)
      await store.putIndicators([{ ticker, revision: 1, rows: [] }])
      const [result] = await store.ingest([fullRead(ticker, [second], bars(second, 0, 100))], 0)
      expect(result?.recompute?.candles).toEqual([...bars(first), ...bars(second, 0, 100), ...bars(third)])
    })
  })

  describe(`indicators in the ${kind} store`, () => {
    it('are written at the current revision, and again where they differ', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 2))], 0)
      const at = monday.opensAt
      const full: Indicators = {
        at,
        sma9: 0.1 + 0.2,
        vwap: 169.27,
        ema12: 3,
        ema26: 4,
        macd: -1e-7,
        macdSignal: 6,
        macdHistogram: 7,
        rsi14: 8,
        bbUpper: 9,
        bbMiddle: 10,
        bbLower: 11,
        atr14: 12,
        cross: -1,
      }
      expect(await store.putIndicators([{ ticker, revision: 1, rows: [full, indicators(at + MINUTE, 2)] }])).toEqual([])
      expect(await stored(ticker)).toEqual([full, indicators(at + MINUTE, 2)])
      await store.putIndicators([{ ticker, revision: 1, rows: [indicators(at + MINUTE, 3)] }])
      expect(await stored(ticker)).toEqual([full, indicators(at + MINUTE, 3)])
    })

    it('that come in several puts leave the ticker waiting from where the last one ended', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3))], 0)
      const at = (minute: number): number => monday.opensAt + minute * MINUTE
      await store.putIndicators([{ ticker, revision: 1, rows: [indicators(at(0), 1)], rest: at(1) }])
      expect((await look([], [ticker])).dirty).toEqual([ticker])
      const [again] = await store.ingest([liveRead(ticker, monday, bars(monday, 0, 3))], 0)
      expect([again?.written, again?.recompute?.from, again?.recompute?.candles.length]).toEqual([0, at(1), 3])
      await store.putIndicators([{ ticker, revision: 1, rows: [indicators(at(1), 2), indicators(at(2), 3)] }])
      expect((await look([], [ticker])).dirty).toEqual([])
      expect(await stored(ticker)).toEqual([indicators(at(0), 1), indicators(at(1), 2), indicators(at(2), 3)])
    })

    it('of a ticker whose candles have changed since are not written, others are', async () => {
      const other = `${ticker}B`
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 2)), liveRead(other, monday, bars(monday, 0, 2))], 0)
      await store.ingest([liveRead(ticker, monday, bars(monday, 2, 3))], 0)
      const rows = [indicators(monday.opensAt, 1)]
      const puts = [
        { ticker, revision: 1, rows },
        { ticker: other, revision: 1, rows },
      ]
      expect(await store.putIndicators(puts)).toEqual([ticker])
      expect(await stored(ticker)).toEqual([])
      expect(await stored(other)).toEqual(rows)
      expect((await look([], [ticker, other])).dirty).toEqual([ticker])
    })
  })
}
