import { beforeEach, describe, expect, it } from 'vitest'
import type { Candle } from '../../shared/domain/candle.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { splitKey } from '../../shared/domain/split.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { fullRead, indicators, liveRead, lookInto, newTicker, weekdays, type OpenStore, type Store } from './store-setup.ts'

/** What a store does when an answer shows the past on another basis. */
export const describeSplits = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string
  const days = weekdays(20)
  const [day, next, after] = [days[17]!, days[18]!, days[19]!]

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  /** A few bars in the first minutes and the last, all different, as they were traded, or divided. */
  const bars = (session: Session, ratio = 1, round: (price: number) => number = (price) => price): readonly Candle[] =>
    [0, 1, 2, 3, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360, 389].map((minute) => {
      const open = 100 + minute / 64
      return {
        at: session.opensAt + minute * MINUTE,
        open: round(open / ratio),
        high: round((open + 1) / ratio),
        low: round((open - 1) / ratio),
        close: round((open + 0.5) / ratio),
        volume: Math.round((1000 + minute) * ratio),
      }
    })
  const read = (session: Session, candles: readonly Candle[], at: number) => store.ingest([fullRead(ticker, [session], candles, at)], at)
  const history = async (sessions: readonly Session[], change: (bar: Candle) => Candle = (bar) => bar) => {
    for (const session of sessions)
      for (const hours of [1, 2]) await read(session, bars(session).map(change), session.closesAt + hours * HOUR)
  }
  const openNext = (price: number, session = next, at = session.opensAt + MINUTE) =>
    store.ingest(
      [liveRead(ticker, session, [{ at: session.opensAt, open: price, high: price, low: price, close: price, volume: 5 }], at)],
      at,
    )
  const look = (sessions: readonly Session[] = days) => lookInto(store, sessions, [ticker])
  const recompute = (): CandleBatch => ({ ...fullRead(ticker, [day], [], 0), kind: 'recompute', sessions: [] })
  /** What is stored, by what a recompute of everything would be given. */
  const stored = async (session: Session): Promise<readonly Candle[]> => {
    const [result] = await store.ingest([recompute()], 0)
    return (result?.recompute?.candles ?? []).filter(({ at }) => at >= session.opensAt && at < session.closesAt)
  }

  describe(`a split in the ${kind} store`, () => {
    it.each([
      ['4:1', 4],
      ['3:2', 1.5],
      ['10:1', 10],
      ['1:20', 0.05],
      ['a spin-off', 1.1379],
    ])('of %s brings all that is stored to the new basis, once', async (_, ratio) => {
      await history([days[16]!, day])
      await openNext(100 / ratio)
      await read(day, bars(day, ratio), next.opensAt + 2 * MINUTE)
      expect((await look()).splits).toMatchObject([{ ticker, date: next.date, noticedAt: next.opensAt + 2 * MINUTE }])
      expect((await look()).splits[0]?.ratio).toBeCloseTo(ratio, 12)
      const [one] = await stored(days[16]!)
      expect(one?.close).toBeCloseTo(100.5 / ratio, 12)
      expect(one?.volume).toBeCloseTo(1000 * ratio, 6)
      expect((await stored(day)).map(({ close }) => close)).toEqual(bars(day, ratio).map(({ close }) => close))
      expect((await stored(next)).map(({ close }) => close)).toEqual([100 / ratio])
      await read(day, bars(day, ratio), next.opensAt + 3 * MINUTE)
      expect((await look()).splits).toHaveLength(1)
    })

    it('is found where the new prices are rounded to cents', async () => {
      await history([day])
      await openNext(33)
      const cents = (price: number): number => Math.round(price * 100) / 100
      await read(day, bars(day, 3, cents), next.opensAt + 2 * MINUTE)
      expect((await look()).splits).toHaveLength(1)
      expect((await look()).splits[0]?.ratio).toBeCloseTo(3, 3)
    })

    it('is that of the next session when it is seen before the open, or a day later', async () => {
      await history([day])
      await read(day, bars(day, 4), next.opensAt - HOUR)
      expect((await look()).splits).toMatchObject([{ date: next.date }])
      ticker = newTicker()
      await history([day])
      for (const hours of [1, 2]) await read(next, bars(next, 4), next.closesAt + hours * HOUR)
      const both = fullRead(ticker, [day, next], [...bars(day, 4), ...bars(next, 4)], after.opensAt - HOUR)
      await store.ingest([both], both.fetchedAt)
      expect((await look()).splits).toMatchObject([{ date: next.date }])
      expect((await stored(next)).map(({ close }) => close)).toEqual(bars(next, 4).map(({ close }) => close))
    })

    it.each([
      ['nothing differs', () => bars(day)],
      ['prices alone differ', () => bars(day, 4).map((bar, index) => ({ ...bar, volume: bars(day)[index]!.volume }))],
      // Seven shares, times 1.01, are seven shares: a restated day was taken for a split.
      ['prices move by a hundredth and few shares were traded', () => bars(day, 1.01).map((bar) => ({ ...bar, volume: 7 }))],
      ['the factor is not the same for all', () => bars(day).map((bar, index) => bars(day, 3 + (index % 2))[index] ?? bar)],
      ['a few bars were corrected', () => bars(day).map((bar, index) => (index < 2 ? { ...bar, close: bar.close * 1.001 } : bar))],
    ])('is none where %s', async (_, answer) => {
      const isThin = answer().every(({ volume }) => volume === 7)
      await history([day], (bar) => (isThin ? { ...bar, volume: 7 } : bar))
      await openNext(70)
      await read(day, answer(), next.opensAt + 2 * MINUTE)
      expect((await look()).splits).toEqual([])
    })

    it('goes through a long history by parts of fifteen sessions, the newest first', async () => {
      for (const session of days.slice(0, 18)) await read(session, bars(session), session.closesAt + HOUR)
      await openNext(25)
      await read(day, bars(day, 4), next.opensAt + 2 * MINUTE)
      expect(await look()).toMatchObject({ splits: [], dirty: [ticker] })
      expect((await stored(days[3]!))[0]?.close).toBe(100.5 / 4)
      // A recompute brings the next part.
      expect((await look()).splits).toMatchObject([{ ratio: 4 }])
      expect((await stored(days[0]!))[0]?.close).toBe(100.5 / 4)
      expect((await stored(days[17]!))[0]?.close).toBe(100.5 / 4)
    })

    it('has the indicators of all that it changed computed again', async () => {
      await history([day])
      await openNext(25)
      const before = (await store.ingest([recompute()], 0))[0]!
      await store.putIndicators([{ ticker, revision: before.revision, rows: [indicators(day.opensAt, 1)] }])
      const [result] = await store.ingest([fullRead(ticker, [day], bars(day, 4), next.opensAt + 2 * MINUTE)], 0)
      expect(result?.recompute?.from).toBe(day.opensAt)
      expect(result?.recompute?.candles).toHaveLength(18)
    })

    it('wants each session before it read again', async () => {
      await history(days.slice(15, 18))
      await openNext(25)
      await read(day, bars(day, 4), next.opensAt + 2 * MINUTE)
      expect((await look()).unsettled.map(({ date, wanted }) => `${date} ${wanted}`).toSorted((a, b) => a.localeCompare(b))).toEqual(
        days.slice(15, 17).map(({ date }) => `${date} true`),
      )
      await read(days[15]!, bars(days[15]!, 4), next.opensAt + 3 * MINUTE)
      expect((await look()).unsettled.map(({ date }) => date)).toEqual([days[16]!.date])
    })

    it('is heeded by answers that were read before it and come late', async () => {
      await history([day])
      await openNext(25)
      await read(day, bars(day, 4), next.opensAt + 2 * MINUTE)
      const late = { ...bars(day)[0]!, at: day.opensAt + 10 * MINUTE }
      await read(
        day,
        [...bars(day), late].toSorted((a, b) => a.at - b.at),
        next.opensAt - HOUR,
      )
      expect((await stored(day)).map(({ close }) => close)).toEqual(
        [...bars(day, 4), { ...late, close: late.close / 4 }].toSorted((a, b) => a.at - b.at).map(({ close }) => close),
      )
    })

    it('is told until it was told', async () => {
      await history([day])
      await read(day, bars(day, 4), next.opensAt - HOUR)
      const key = splitKey(ticker, next.date)
      await store.claimNotice(key, 0, MINUTE)
      expect((await look()).splits).toHaveLength(1)
      await store.markPublished(key, MINUTE)
      expect((await look()).splits).toEqual([])
    })
  })

  describe(`a jump at the open in the ${kind} store`, () => {
    const wanted = async () => (await look()).unsettled.filter((row) => row.wanted).map(({ date }) => date)

    it.each([
      ['down', 95, [day.date]],
      ['up', 112, [day.date]],
      ['hardly at all', 103, []],
    ])('asks for another read of the session before: %s', async (_, price, dates) => {
      await history([day])
      await openNext(price)
      expect(await wanted()).toEqual(dates)
    })

    it('is quiet after that read', async () => {
      await history([day])
      await openNext(70)
      await read(day, bars(day), next.opensAt + 2 * MINUTE)
      await openNext(71, next, next.opensAt + 3 * MINUTE)
      expect(await wanted()).toEqual([])
    })

    it('between sessions of one answer asks for nothing', async () => {
      const jumped = bars(next).map((bar) => ({ ...bar, open: bar.open / 2, low: bar.low / 2 }))
      const at = next.closesAt + HOUR
      await store.ingest([fullRead(ticker, [day, next], [...bars(day), ...jumped], at)], at)
      expect((await look()).incomplete.filter((row) => row.wanted)).toEqual([])
    })
  })
}
