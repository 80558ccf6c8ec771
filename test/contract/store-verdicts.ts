import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { Verdict } from '../../shared/domain/verdicts.ts'
import {
  bars,
  DAY,
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

/** What every store remembers against tickers. */
export const describeVerdicts = (kind: string, open: OpenStore): void => {
  let store: Store
  let ticker: string
  const at = monday.opensAt + 30 * MINUTE

  beforeEach(() => {
    store = open().store
    ticker = newTicker()
  })

  const known = async (): Promise<readonly Verdict[]> => store.verdicts([ticker])
  const refuse = (when: number, session?: typeof monday) =>
    store.noteRefusals([session === undefined ? { kind: 'unknown_symbol', ticker } : { kind: 'refused_request', ticker, session }], when)

  describe(`evidence in the ${kind} store`, () => {
    it('is counted with its first and last time and the New York dates', async () => {
      await refuse(at)
      await refuse(at + DAY)
      await refuse(at + DAY + MINUTE)
      expect(await known()).toEqual([
        {
          kind: 'unknown_symbol',
          ticker,
          date: undefined,
          firstAt: at,
          lastAt: at + DAY + MINUTE,
          count: 3,
          askedOn: [monday.date, tuesday.date],
          decidedAt: undefined,
          toldAt: undefined,
          endedAt: undefined,
          answeredAt: undefined,
          traded: false,
        },
      ])
    })

    it('keeps sessions of a ticker apart, and tickers', async () => {
      await refuse(at, monday)
      await refuse(at, tuesday)
      await refuse(at, tuesday)
      await store.noteRefusals([{ kind: 'refused_data', ticker: newTicker() }], at)
      expect((await known()).map(({ date, count }) => [date, count])).toEqual([
        [monday.date, 1],
        [tuesday.date, 2],
      ])
    })

    it('comes with the newest answer that was stored after all, of the ticker or of the session', async () => {
      await refuse(at)
      await refuse(at, monday)
      await store.ingest([liveRead(ticker, tuesday, bars(tuesday, 0, 2), tuesday.opensAt + 2 * MINUTE)], 0)
      expect((await known()).map(({ answeredAt }) => answeredAt)).toEqual([undefined, tuesday.opensAt + 2 * MINUTE])
      await store.ingest([fullRead(ticker, [monday], bars(monday, 0, 2), monday.closesAt + HOUR)], 0)
      expect((await known()).map(({ answeredAt, traded }) => [answeredAt, traded])).toEqual([
        [monday.closesAt + HOUR, true],
        [tuesday.opensAt + 2 * MINUTE, false],
      ])
    })

    it('is told to a tick', async () => {
      await refuse(at)
      expect((await lookInto(store, [monday], [ticker])).verdicts).toEqual(await known())
    })
  })

  describe(`a verdict of the ${kind} store`, () => {
    const decide = () => store.putVerdicts([{ change: 'decide', kind: 'unknown_symbol', ticker }], at)

    it('is decided, told, ended and forgotten', async () => {
      await refuse(at)
      await decide()
      expect(await known()).toMatchObject([{ decidedAt: at, toldAt: undefined }])
      await store.putVerdicts([{ change: 'told', kind: 'unknown_symbol', ticker }], at + 1000)
      await store.putVerdicts([{ change: 'end', kind: 'unknown_symbol', ticker }], at + 2000)
      expect(await known()).toMatchObject([{ decidedAt: at, toldAt: at + 1000, endedAt: at + 2000 }])
      await store.putVerdicts([{ change: 'drop', kind: 'unknown_symbol', ticker }], at)
      expect(await known()).toEqual([])
    })

    it('keeps only the newest evidence when it starts again', async () => {
      await refuse(at)
      await refuse(at + DAY)
      await store.putVerdicts([{ change: 'restart', kind: 'unknown_symbol', ticker }], at + DAY + MINUTE)
      expect(await known()).toMatchObject([{ firstAt: at + DAY, lastAt: at + DAY, count: 1, askedOn: [tuesday.date] }])
    })

    it('begins a silence once', async () => {
      await store.putVerdicts([{ change: 'begin', kind: 'silence', ticker, at }], at + HOUR)
      await store.putVerdicts([{ change: 'begin', kind: 'silence', ticker, at: at + MINUTE }], at + 2 * HOUR)
      expect(await known()).toMatchObject([{ kind: 'silence', firstAt: at, lastAt: at + HOUR, decidedAt: undefined }])
    })

    it('takes a refused session for one without trade, also of a ticker that never asked for it', async () => {
      await store.putVerdicts([{ change: 'decide', kind: 'refused_request', ticker, date: monday.date, session: monday }], at)
      expect((await lookInto(store, [monday, tuesday], [ticker])).incomplete.map(({ date }) => date)).toEqual([tuesday.date])
    })

    it('does not take a session with candles for one without', async () => {
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 2))], 0)
      await store.putVerdicts([{ change: 'decide', kind: 'refused_request', ticker, date: monday.date, session: monday }], at)
      expect((await lookInto(store, [monday], [ticker])).incomplete.map(({ date }) => date)).toEqual([monday.date])
    })

    it('is taken back by a person with all that followed from it', async () => {
      await decide()
      await store.putVerdicts([{ change: 'decide', kind: 'refused_request', ticker, date: monday.date, session: monday }], at)
      expect(await store.liftVerdicts(ticker)).toBe(2)
      expect(await known()).toEqual([])
      expect((await lookInto(store, [monday], [ticker])).incomplete).toMatchObject([{ date: monday.date, claimedUntil: undefined }])
      expect(await store.liftVerdicts(ticker)).toBe(0)
    })
  })

  describe(`the rhythm of a ticker in the ${kind} store`, () => {
    const rhythm = async () => (await lookInto(store, [monday], [ticker])).rhythms
    const days = weekdays(6)
    const complete = async (thinned: readonly number[]) => {
      const reads = thinned.flatMap((every, day) => {
        const session = days[day] ?? monday
        const candles = bars(session).filter((_bar, index) => index % every === 0 || index === 389)
        return [1, 2].map((hours) => fullRead(ticker, [session], candles, session.closesAt + hours * HOUR))
      })
      for (const read of reads) await store.ingest([read], 0)
    }

    it('is unknown before the first candle, and in the first quarter of an hour', async () => {
      expect(await rhythm()).toEqual([])
      await store.ingest([liveRead(ticker, monday, bars(monday, 0, 14))], 0)
      expect(await rhythm()).toEqual([{ ticker, heardUntil: monday.opensAt + 14 * MINUTE, minutesPerBar: undefined }])
    })

    it('is that of the first session so far where none is complete', async () => {
      await store.ingest([liveRead(ticker, monday, [...bars(monday, 0, 5), ...bars(monday, 19, 20)])], 0)
      expect(await rhythm()).toEqual([{ ticker, heardUntil: monday.opensAt + 20 * MINUTE, minutesPerBar: 20 / 6 }])
    })

    it('is that of the second thinnest of five complete sessions', async () => {
      await complete([10, 1, 1, 3, 1, 2])
      expect((await rhythm()).map(({ minutesPerBar }) => minutesPerBar)).toEqual([390 / 196])
    })

    it('is that of the thinner one of two', async () => {
      await complete([1, 2])
      expect((await rhythm()).map(({ minutesPerBar }) => minutesPerBar)).toEqual([390 / 196])
    })
  })

  describe(`refreshes for refused data in the ${kind} store`, () => {
    it('come ten minutes apart at first, then after twice the time, and no more than ten a day', async () => {
      const start = nextTick() + 10 * DAY
      const at = (minute: number) => store.takeRefusalRefresh(start + minute * MINUTE, false)
      for (const minute of [0, 10, 30, 70, 150, 310, 550, 790, 1030, 1270]) {
        if (minute > 0) expect([minute, await at(minute - 1)]).toEqual([minute, 60])
        expect([minute, await at(minute)]).toEqual([minute, 0])
      }
      expect(await store.takeRefusalRefresh(start + 1271 * MINUTE, false)).toBe(239 * 60)
      // A dead token is tried once an hour, whatever was before.
      expect(await store.takeRefusalRefresh(start + 1329 * MINUTE, true)).toBe(60)
      expect(await store.takeRefusalRefresh(start + 1330 * MINUTE, true)).toBe(0)
      // Two days later nobody remembers.
      expect(await store.takeRefusalRefresh(start + 4 * DAY, false)).toBe(0)
    })
  })
}
