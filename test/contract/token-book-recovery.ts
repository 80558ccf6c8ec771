import { beforeEach, describe, expect, it } from 'vitest'
import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { bars, fullRead, liveRead, monday, newTicker, tuesday, type Store } from './store-setup.ts'
import { newVersion, proven, settle, type OpenBook } from './token-book-setup.ts'

/** The n-th minute of Monday's session. */
const minute = (n: number): number => monday.opensAt + n * MINUTE

/** What an outage cost and what of it is made good. It lasts from minute 60 to minute 120 of Monday's session. */
export const describeRecovery = (kind: string, open: OpenBook): void => {
  describe(`the ${kind} token book:`, () => {
    let store: Store
    let ticker: string
    let outageId: string

    beforeEach(async () => {
      store = open()
      ticker = newTicker()
      await settle(store)
      outageId = (await store.markDead({ version: newVersion(), reason: 'reauth_required', now: minute(60) })).outage.id
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 60))], 0)
    })

    const repair = () => store.recordProven(proven(newVersion(), minute(120), 'login'))
    const recovery = (now: number, sessions: readonly Session[] = [monday], tickers: readonly string[] = [ticker]) =>
      store.recovery({ outageId, tickers, sessions, now })

    describe('the recovery from an outage', () => {
      it('counts the minutes that have passed while the outage is open', async () => {
        expect(await recovery(minute(100))).toEqual({ missing: 40, unproven: 0, backfilled: 0, unfetchable: 0 })
      })

      it('counts them further after the repair, until a bar shows that the gap was read', async () => {
        await repair()
        expect(await recovery(minute(120))).toEqual({ missing: 60, unproven: 0, backfilled: 0, unfetchable: 0 })
        expect(await recovery(minute(122) + 45_000)).toMatchObject({ missing: 62 })
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 118))], 0)
        expect(await recovery(minute(122))).toMatchObject({ missing: 4 })
        await store.ingest([liveRead(ticker, monday, bars(monday, 115, 119))], 0)
        expect(await recovery(minute(122))).toEqual({ missing: 0, unproven: 0, backfilled: 59, unfetchable: 0 })
      })

      it('takes a short outage for made good no sooner than its minutes are read', async () => {
        await store.recordProven(proven(newVersion(), minute(62), 'login'))
        expect(await recovery(minute(62))).toMatchObject({ missing: 2 })
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 62))], 0)
        expect(await recovery(minute(63))).toMatchObject({ missing: 0 })
      })

      it('counts all that has passed of a session of which nothing is stored', async () => {
        await repair()
        expect(await recovery(minute(130), [monday], [newTicker()])).toEqual({ missing: 130, unproven: 0, backfilled: 0, unfetchable: 0 })
      })

      it('counts nothing of a session that has not opened', async () => {
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 120))], 0)
        await repair()
        expect(await recovery(minute(121), [monday, tuesday])).toMatchObject({ missing: 0, unproven: 0 })
      })

      it('needs the bar before the close when the repair came after it', async () => {
        await store.recordProven(proven(newVersion(), monday.closesAt + 10 * MINUTE, 'login'))
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 389))], 0)
        expect(await recovery(monday.closesAt + 11 * MINUTE)).toMatchObject({ missing: 1, unproven: 0 })
        await store.ingest([liveRead(ticker, monday, bars(monday, 386, 390))], 0)
        expect(await recovery(monday.closesAt + 11 * MINUTE)).toMatchObject({ missing: 0, unproven: 0 })
      })

      it('holds a closed session for unproven until two reads agree, and its unread minutes for missing', async () => {
        await repair()
        const provable = monday.closesAt + 30 * MINUTE
        expect(await recovery(provable - 1)).toMatchObject({ missing: 330, unproven: 0 })
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 388))], 0)
        expect(await recovery(provable - 1)).toMatchObject({ missing: 0, unproven: 0 })
        expect(await recovery(provable)).toMatchObject({ missing: 2, unproven: 1 })
        await store.ingest([fullRead(ticker, [monday], bars(monday), provable)], 0)
        expect(await recovery(provable)).toMatchObject({ missing: 0, unproven: 1 })
        await store.ingest([fullRead(ticker, [monday], bars(monday), provable + HOUR)], 0)
        expect(await recovery(provable + HOUR)).toEqual({ missing: 0, unproven: 0, backfilled: 60, unfetchable: 0 })
      })

      it('sums over tickers and sessions', async () => {
        await repair()
        const other = newTicker()
        const now = tuesday.opensAt + 20 * MINUTE
        expect(await recovery(now, [monday, tuesday], [ticker, other])).toEqual({
          missing: 330 + 390 + 20 + 20,
          unproven: 2,
          backfilled: 0,
          unfetchable: 0,
        })
      })

      it('leaves out a ticker that is set aside, until a person takes that back', async () => {
        const unknown = newTicker()
        await store.putVerdicts([{ change: 'decide', kind: 'unknown_symbol', ticker: unknown }], minute(100))
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 120))], 0)
        await repair()
        expect((await recovery(minute(129), [monday], [ticker, unknown])).missing).toBe(0)
        await store.liftVerdicts(unknown)
        expect((await recovery(minute(130), [monday], [ticker, unknown])).missing).toBe(130)
      })

      it('counts the candles of the outage’s time, from the minute it began', async () => {
        await store.recordProven(proven(newVersion(), minute(62), 'login'))
        const began = await store.markDead({ version: newVersion(), reason: 'reauth_required', now: minute(70) + 30_000 })
        await store.recordProven(proven(newVersion(), minute(80), 'login'))
        await store.ingest([liveRead(ticker, monday, bars(monday, 57, 90))], 0)
        const second = { outageId: began.outage.id, tickers: [ticker], sessions: [monday], now: minute(90) }
        expect((await store.recovery(second)).backfilled).toBe(10)
        expect((await recovery(minute(90))).backfilled).toBe(2)
      })
    })

    describe('the recovery of what cannot be proven yet', () => {
      // A minute after the login it was said to be restored, with 91 minutes without a bar.
      it('waits while a hole is longer than the ticker is used to: the answer was cut', async () => {
        await repair()
        await store.ingest([liveRead(ticker, monday, bars(monday, 91, 121))], 0)
        expect(await recovery(minute(121))).toMatchObject({ missing: 31 })
        await store.ingest([liveRead(ticker, monday, bars(monday, 60, 70))], 0)
        expect(await recovery(minute(121))).toMatchObject({ missing: 0, unproven: 0 })
      })

      it('does not mind a hole of the time before the outage', async () => {
        const other = newTicker()
        await repair()
        await store.ingest([liveRead(other, monday, [...bars(monday, 0, 10), ...bars(monday, 58, 121)])], 0)
        expect(await recovery(minute(121), [monday], [other])).toMatchObject({ missing: 0 })
      })
    })

    describe('the recovery of what Schwab has no more', () => {
      const hole = { ...monday, date: '2026-01-02', opensAt: monday.opensAt - 72 * HOUR, closesAt: monday.closesAt - 72 * HOUR }
      const prove = async (session: Session, candles: readonly Candle[]) => {
        for (const days of [0, 1, 2, 3]) {
          await store.ingest([fullRead(ticker, [session], candles, tuesday.closesAt + days * 24 * HOUR)], 0)
        }
      }
      const later = tuesday.closesAt + 80 * HOUR

      it('counts sessions that are proven empty before the first candle', async () => {
        await repair()
        await prove(hole, [])
        await prove(monday, bars(monday))
        await prove(tuesday, [])
        expect(await recovery(later, [hole, monday, tuesday])).toMatchObject({ missing: 0, unproven: 0, unfetchable: 1 })
      })

      it('gives up sessions beyond the horizon a day after the login if they were read, else after three', async () => {
        const repairedAt = tuesday.closesAt
        await store.recordProven(proven(newVersion(), repairedAt, 'login'))
        await prove(tuesday, bars(tuesday))
        const other = newTicker()
        const given = (hours: number) =>
          store.recovery({
            outageId,
            tickers: [ticker, other],
            sessions: [monday],
            now: repairedAt + hours * HOUR,
            horizon: tuesday.opensAt,
          })
        await store.ingest([fullRead(ticker, [monday], bars(monday, 0, 50), repairedAt + HOUR)], 0)
        expect(await given(23)).toMatchObject({ unproven: 2, unfetchable: 0 })
        expect(await given(24)).toMatchObject({ unproven: 1, unfetchable: 1 })
        expect(await given(72)).toMatchObject({ missing: 0, unproven: 0, unfetchable: 2 })
        expect(await recovery(repairedAt + 72 * HOUR)).toMatchObject({ unproven: 1, unfetchable: 0 })
      })
    })

    describe('the newest candle', () => {
      it('is the end of the last bar of all', async () => {
        const later = { ...tuesday, date: '2099-01-01', opensAt: Date.UTC(2099, 0, 1, 15), closesAt: Date.UTC(2099, 0, 1, 20) }
        const end = (await store.newestCandle()) ?? later.opensAt
        expect(end).toBeGreaterThanOrEqual(minute(60))
        const at = Math.max(end, later.opensAt)
        await store.ingest([liveRead(ticker, later, [{ at, open: 1, high: 1, low: 1, close: 1, volume: 1 }])], 0)
        expect(await store.newestCandle()).toBe(at + MINUTE)
      })
    })
  })
}
