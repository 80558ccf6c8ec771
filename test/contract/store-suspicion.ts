import { beforeEach, describe, expect, it } from 'vitest'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import {
  bar,
  bars,
  fullRead,
  liveRead,
  lookInto,
  monday,
  newTicker,
  nextTick,
  tuesday,
  weekdays,
  type OpenStore,
  type Store,
} from './store-setup.ts'

/** When a session with a hole, or an empty one, is believed, and which minutes are unreadable. */
export const describeSuspicion = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  const read = (candles: readonly (typeof BARS)[number][], hours: number, session: Session = monday, more: Partial<CandleBatch> = {}) =>
    store.ingest([{ ...fullRead(ticker, [session], candles, session.closesAt + hours * HOUR), ...more }], 0)
  const row = async (session: Session = monday) =>
    (await lookInto(store, [session, tuesday], [ticker])).incomplete.find(({ date }) => date === session.date)
  const completed = async (session: Session = monday) => (await row(session)) === undefined
  const move = () => store.ingest([liveRead(ticker, tuesday, bars(tuesday, 0, 1))], 0)
  const BARS = bars(monday)
  /** Nothing from 10:30 on: what a source has that stood still. */
  const CUT = bars(monday, 0, 60)

  describe(`a suspect session in the ${kind} store`, () => {
    it.each([
      ['is empty', []],
      ['ends long before the close', bars(monday, 0, 359)],
      ['begins long after the open', bars(monday, 31)],
      ['has a long hole inside', [...bars(monday, 0, 100), ...bars(monday, 131)]],
    ])('is one that %s: reads of one evening do not complete it', async (_, candles) => {
      for (const hours of [1, 2, 3]) await read(candles, hours)
      expect(await row()).toMatchObject({ suspect: true, candles: candles.length })
    })

    it.each([
      ['30 minutes before the close', bars(monday, 0, 360)],
      ['30 minutes after the open', bars(monday, 30)],
      ['30 minutes inside', [...bars(monday, 0, 100), ...bars(monday, 130)]],
    ])('is none with %s: two reads are enough', async (_, candles) => {
      for (const hours of [1, 2]) await read(candles, hours)
      expect(await completed()).toBe(true)
    })

    it('is complete on the second date once a bar of a later session has come', async () => {
      for (const hours of [1, 2]) await read(CUT, hours)
      await move()
      await read(CUT, 14.1)
      expect(await completed()).toBe(true)
    })

    // At 16:30 the audit agreed with 60 of 390 bars, and they were complete for ever.
    it('is not complete while the source stands still, until the third date', async () => {
      for (const hours of [1, 2, 14.1, 20]) await read(CUT, hours)
      expect(await completed()).toBe(false)
      await read(CUT, 33)
      expect(await completed()).toBe(true)
    })

    it('is not complete within twelve hours, though midnight lies between and the source moves', async () => {
      await move()
      for (const hours of [1, 2, 8.5, 13.9]) await read(CUT, hours)
      expect(await completed()).toBe(false)
      await read(CUT, 14)
      expect(await completed()).toBe(true)
    })

    it('is proven by reads of it alone: a long answer may have been cut', async () => {
      await read(CUT, 1)
      const long = (hours: number) => fullRead(ticker, [monday, tuesday], [...CUT, ...bars(tuesday)], tuesday.closesAt + hours * HOUR)
      for (const hours of [1, 2, 3]) await store.ingest([long(hours)], 0)
      expect(await completed()).toBe(false)
      await read(CUT, 48)
      expect(await completed()).toBe(false)
      await read(CUT, 61)
      expect(await completed()).toBe(true)
    })

    it('begins anew when a read brings what was missing', async () => {
      for (const hours of [1, 2]) await read(CUT, hours)
      await move()
      await read(bars(monday, 0, 300), 14)
      await read(bars(monday, 0, 300), 15)
      expect(await completed()).toBe(false)
      await read(BARS, 16)
      await read(BARS, 17)
      expect(await completed()).toBe(true)
    })

    it('begins anew after a read that lacks a stored bar', async () => {
      for (const hours of [1, 2]) await read(CUT, hours)
      await move()
      await read([], 10)
      await read(CUT, 14)
      expect(await completed()).toBe(false)
      await read(CUT, 34)
      expect(await completed()).toBe(true)
    })

    it('is said to agree since its first agreeing read, and whether the source has moved', async () => {
      await read(CUT, 1)
      expect(await row()).toMatchObject({ agreedSince: undefined, moved: false })
      for (const hours of [2, 3]) await read(CUT, hours)
      await move()
      expect(await row()).toMatchObject({ agreedSince: monday.closesAt + 2 * HOUR, moved: true })
    })
  })

  describe(`the habit of a ticker in the ${kind} store`, () => {
    const [first, second, ...others] = weekdays(13)
    /** A session with a hole of so many minutes, settled by reads on two dates. */
    const settle = async (session: Session, hole: number) => {
      const candles = [...bars(session, 0, 100), ...bars(session, 100 + hole)]
      for (const hours of [1, 2]) await read(candles, hours, session)
      await store.ingest([liveRead(ticker, sessionAfter(session), bars(sessionAfter(session), 0, 1))], 0)
      await read(candles, 20, session)
    }
    const sessionAfter = (session: Session): Session => weekdays(14)[weekdays(14).findIndex(({ date }) => date === session.date) + 1]!

    it('is the longest hole of its settled sessions: a session like them is not suspect', async () => {
      await settle(first!, 90)
      const candles = (hole: number) => [...bars(second!, 0, 200), ...bars(second!, 200 + hole)]
      for (const hours of [1, 2, 3]) await read(candles(91), hours, second)
      expect((await lookInto(store, [second!], [ticker])).incomplete).toMatchObject([{ suspect: true }])
      for (const hours of [4, 5]) await read(candles(90), hours, second)
      expect((await lookInto(store, [second!], [ticker])).incomplete).toEqual([])
    })

    it('is forgotten after ten settled sessions', async () => {
      await settle(first!, 90)
      for (const session of [second!, ...others.slice(0, 9)]) await settle(session, 0)
      const last = others[10]!
      for (const hours of [1, 2]) await read([...bars(last, 0, 200), ...bars(last, 260)], hours, last)
      expect((await lookInto(store, [last], [ticker])).incomplete).toMatchObject([{ suspect: true }])
    })

    it('is not that of a session that was read on one date only', async () => {
      const candles = (session: Session) => [...bars(session, 0, 100), ...bars(session, 125)]
      for (const hours of [1, 2]) await read(candles(first!), hours, first)
      for (const hours of [1, 2]) await read([...bars(second!, 0, 100), ...bars(second!, 131)], hours, second)
      expect((await lookInto(store, [second!], [ticker])).incomplete).toMatchObject([{ suspect: true }])
    })
  })

  describe(`an unreadable minute in the ${kind} store`, () => {
    const minute = monday.opensAt + 100 * MINUTE
    const rest = BARS.filter(({ at }) => at !== minute)
    const unreadable = { unreadable: [minute] }

    // The session was complete with 389 bars, and the minute was called no trade.
    it('keeps its session open until reads on two dates agree', async () => {
      for (const hours of [1, 2, 3]) await read(rest, hours, monday, unreadable)
      expect(await completed()).toBe(false)
      await read(rest, 14, monday, unreadable)
      expect(await completed()).toBe(true)
    })

    it('is a minute without trade when a later read does not speak of it', async () => {
      for (const hours of [1, 2]) await read(rest, hours, monday, unreadable)
      await read(rest, 3)
      expect(await completed()).toBe(true)
    })

    it('is none when the minute has a bar already', async () => {
      await read(BARS, 1)
      await read(rest, 2, monday, unreadable)
      expect(await completed()).toBe(true)
    })

    it('ends when a bar that can be read comes', async () => {
      for (const hours of [1, 2]) await read(rest, hours, monday, unreadable)
      await read(BARS, 3)
      await read(BARS, 4)
      expect(await completed()).toBe(true)
    })
  })

  describe(`the settling read of the ${kind} store`, () => {
    const settle = { dates: [monday.date], before: monday.closesAt + 10 * HOUR }
    const look = (more: Partial<typeof settle> = {}) =>
      store.beginTick({ tick: nextTick(), tickers: [ticker], sessions: [monday, tuesday], dirtyBefore: 0, settle: { ...settle, ...more } })

    beforeEach(async () => {
      for (const hours of [1, 2]) await read(BARS, hours)
    })

    it('is wanted of a complete session until it is made', async () => {
      expect((await look()).unsettled).toMatchObject([{ ticker, date: monday.date, candles: 390 }])
      expect((await look({ dates: [tuesday.date] })).unsettled).toEqual([])
      await read(BARS, 10)
      expect((await look()).unsettled).toEqual([])
    })

    it('opens the session again when it brings a correction', async () => {
      await read([bar(monday.opensAt, 300), ...BARS.slice(1)], 15)
      expect((await look()).incomplete).toMatchObject([{ date: monday.date }, { date: tuesday.date }])
    })

    it('leaves it complete when it lacks a bar', async () => {
      await read(CUT, 15)
      expect((await look()).incomplete).toMatchObject([{ date: tuesday.date }])
    })
  })
}
