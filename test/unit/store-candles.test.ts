import { beforeEach, describe, expect, it } from 'vitest'
import { outdatedAt, storeCandles } from '../../functions/writer/store-candles.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { StoreRejected, StoreTimedOut, StoreUnavailable } from '../../shared/domain/errors.ts'
import type { LogEvent, LogFields } from '../../shared/domain/log-events.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { CandleStore } from '../../shared/ports.ts'
import { seededRandom, type Random } from '../contract/store-random.ts'
import { bars, fullRead, liveRead, monday, weekdays } from '../contract/store-setup.ts'
import { memoryQueue } from '../fakes/memory-queues.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'
import { firstDisagreement, oracleIndicators } from '../indicator-oracle.ts'

let now: number
let store: MemoryStore
let ingests: (readonly CandleBatch[])[]
let puts: (readonly string[])[]
let logged: { readonly event: LogEvent; readonly fields: LogFields | undefined }[]

beforeEach(() => {
  now = monday.opensAt + HOUR
  store = memoryStore()
  ingests = []
  puts = []
  logged = []
})

/** The store, every call noted; `over` stands in its way. */
const watched = (over: Partial<CandleStore> = {}): CandleStore => {
  const inner: CandleStore = { ...store, ...over }
  return {
    ingest: (batches, asOf) => (ingests.push(batches), inner.ingest(batches, asOf)),
    putIndicators: (rows) => (puts.push(rows.map(({ ticker }) => ticker)), inner.putIndicators(rows)),
  }
}
/** What became of each message: its outcome, or the code of its failure. */
const handle = async (batches: readonly CandleBatch[], over: Partial<CandleStore> = {}) => {
  const deps = { clock: () => now, store: watched(over), source: memoryQueue().source }
  const log = (event: LogEvent, fields?: LogFields) => void logged.push({ event, fields })
  const settled = await Promise.allSettled(storeCandles(batches, deps, { signal: new AbortController().signal, log }))
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason.code ?? result.reason)))
}

const batch = (ticker: string, minutes = 30): CandleBatch => liveRead(ticker, monday, bars(monday, 0, minutes))
const recompute = (ticker: string): CandleBatch => ({ ...batch(ticker), kind: 'recompute', sessions: [], candles: [] })
const disagreement = (ticker: string): string | undefined =>
  firstDisagreement(store.state.indicators(ticker), oracleIndicators(store.state.candles(ticker)))
const fieldsOf = (event: LogEvent) => logged.filter((entry) => entry.event === event).map(({ fields }) => fields)
const outage = { ingest: () => Promise.reject(new StoreUnavailable('down')) }

describe('the trace ids of a batch', () => {
  it('are logged with what they brought, each once', async () => {
    const traced = (ticker: string, traceId: string): CandleBatch => ({ ...batch(ticker), traceId })
    await handle([traced('A', 't1'), traced('B', 't1'), traced('C', 't2')])
    expect(fieldsOf('equity_data_inserted')).toMatchObject([{ traceIds: ['t1', 't2'] }])
    expect(fieldsOf('indicators_inserted')).toMatchObject([{ traceIds: ['t1', 't2'] }])
  })

  it('are left out of what they changed nothing in', async () => {
    await handle([batch('A')])
    logged = []
    await handle([
      { ...batch('A'), traceId: 'again' },
      { ...batch('B'), traceId: 'new' },
    ])
    expect(fieldsOf('equity_data_inserted')).toMatchObject([{ count: 30, tickers: ['B'], traceIds: ['new'] }])
    expect(fieldsOf('indicators_inserted')).toMatchObject([{ count: 30, traceIds: ['new'] }])
  })
})

describe('a batch of candle messages', () => {
  it('is stored in one call and its indicators in another', async () => {
    expect(await handle([batch('A'), batch('B'), batch('A', 40)])).toEqual(['done', 'done', 'done'])
    expect(ingests.map((batches) => batches.length)).toEqual([3])
    expect(puts).toEqual([['A', 'B']])
    expect(store.state.candles('A')).toEqual(bars(monday, 0, 40))
    expect([disagreement('A'), disagreement('B')]).toEqual([undefined, undefined])
    expect(fieldsOf('equity_data_inserted')).toMatchObject([{ count: 70 }])
    expect(fieldsOf('indicators_inserted')).toMatchObject([{ count: 70 }])
  })

  it('computes nothing when it brings nothing new', async () => {
    await handle([batch('A')])
    puts = []
    expect(await handle([batch('A')])).toEqual(['done'])
    expect(puts).toEqual([])
    expect(fieldsOf('equity_data_inserted')).toHaveLength(1)
  })

  it('makes up for a writer that died before its indicators were stored, when the message comes again (invariant 4)', async () => {
    const crash = { putIndicators: () => Promise.reject(new Error('crash')) }
    await handle([batch('A')], crash)
    expect(store.state.indicators('A')).toEqual([])
    expect(await handle([batch('A')])).toEqual(['done'])
    expect(store.state.indicators('A')).toHaveLength(30)
    expect(disagreement('A')).toBeUndefined()
  })

  it('makes up for it by a recompute message too', async () => {
    await store.ingest([batch('A')], now)
    expect(await handle([recompute('A')])).toEqual(['done'])
    expect(store.state.indicators('A')).toHaveLength(30)
    expect(disagreement('A')).toBeUndefined()
    expect(await handle([recompute('A')])).toEqual(['done'])
    expect(puts).toHaveLength(1)
  })
})

describe('indicators of an older revision', () => {
  /** Another writer stores one more bar whenever this one is about to put, so many times. */
  const rival = (times: number) => {
    let left = times
    return {
      putIndicators: async (rows: Parameters<CandleStore['putIndicators']>[0]) => {
        if (left > 0) await store.ingest([batch('A', 30 + times - --left)], now)
        return store.putIndicators(rows)
      },
    }
  }

  it('are computed again from fresh candles until they fit, for that ticker alone (invariant 2)', async () => {
    expect(await handle([batch('A'), batch('B')], rival(3))).toEqual(['done', 'done'])
    expect(ingests.map((batches) => batches.map(({ ticker }) => ticker))).toEqual([['A', 'B'], ['A'], ['A'], ['A']])
    expect(puts).toEqual([['A', 'B'], ['A'], ['A'], ['A']])
    expect(store.state.indicators('A')).toHaveLength(33)
    expect(disagreement('A')).toBeUndefined()
    expect(fieldsOf('indicators_stale')).toEqual([{ tickers: ['A'] }, { tickers: ['A'] }, { tickers: ['A'] }])
  })

  it('are never written, and the message goes back, when the ticker is moved on again and again', async () => {
    expect(await handle([batch('A')], rival(100))).toEqual(['INDICATORS_CONTENDED'])
    expect(store.state.indicators('A')).toEqual([])
  })
})

describe('a message that the database refuses', () => {
  const refusing = (bad: string): Partial<CandleStore> => ({
    ingest: (batches, asOf) =>
      batches.some(({ ticker }) => ticker === bad) ? Promise.reject(new StoreRejected('a check failed')) : store.ingest(batches, asOf),
  })

  it('fails alone, its neighbours being stored message by message', async () => {
    expect(await handle([batch('A'), batch('BAD'), batch('C')], refusing('BAD'))).toEqual(['done', 'STORE_REJECTED', 'done'])
    expect(ingests.map((batches) => batches.length)).toEqual([3, 1, 1, 1])
    expect([store.state.candles('A').length, store.state.candles('C').length]).toEqual([30, 30])
    expect([disagreement('A'), disagreement('C')]).toEqual([undefined, undefined])
  })

  it('is not tried twice when it came alone', async () => {
    expect(await handle([batch('BAD')], refusing('BAD'))).toEqual(['STORE_REJECTED'])
    expect(ingests).toHaveLength(1)
  })

  it('is never superseded, however old it is', async () => {
    now = monday.opensAt + 48 * HOUR
    expect(await handle([batch('BAD')], refusing('BAD'))).toEqual(['STORE_REJECTED'])
  })
})

describe('an outage of the database', () => {
  it('sends every message back, without trying them one by one', async () => {
    expect(await handle([batch('A'), batch('B')], outage)).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE'])
    expect(ingests).toHaveLength(1)
  })

  it('makes a message outdated after half an hour: coverage has not moved, so it is fetched again', () => {
    expect(outdatedAt(batch('A'))).toBe(batch('A').fetchedAt + 30 * MINUTE)
  })

  it('supersedes nothing while the database answers, however old the message is', async () => {
    now = monday.opensAt + 48 * HOUR
    expect(await handle([batch('A')])).toEqual(['done'])
    expect(store.state.candles('A')).toHaveLength(30)
  })
})

describe('what is live', () => {
  const past = (ticker: string): CandleBatch => ({ ...batch(ticker), kind: 'backfill' })

  it('is stored before the past, and acknowledged though that takes too long', async () => {
    const slow = (batches: readonly CandleBatch[]) => batches.some(({ kind }) => kind !== 'live')
    const over: Partial<CandleStore> = {
      ingest: (batches, asOf) => (slow(batches) ? Promise.reject(new StoreTimedOut('57014')) : store.ingest(batches, asOf)),
    }
    expect(await handle([past('A'), batch('B'), past('C')], over)).toEqual(['STORE_TIMED_OUT', 'done', 'STORE_TIMED_OUT'])
    expect(ingests.map((batches) => batches.map(({ ticker }) => ticker).join(''))).toEqual(['B', 'AC', 'A', 'C'])
  })

  it('does not hold back the past when it fails', async () => {
    const over: Partial<CandleStore> = {
      ingest: (batches, asOf) =>
        batches.some(({ ticker }) => ticker === 'BAD') ? Promise.reject(new StoreRejected('no')) : store.ingest(batches, asOf),
    }
    expect(await handle([past('A'), batch('BAD')], over)).toEqual(['done', 'STORE_REJECTED'])
  })
})

describe('the indicators of a ticker (invariant 2)', () => {
  const sessions = weekdays(4)
  const TRADED = 120
  /** Prices that move, so that no two windows of them look alike. */
  const market = (random: Random): readonly (readonly Candle[])[] =>
    sessions.map(({ opensAt }) =>
      Array.from({ length: TRADED }, (_, minute) => {
        const [open, close] = [100 + 5 * random(), 100 + 5 * random()]
        return { at: opensAt + minute * MINUTE, open, close, high: 106, low: 99, volume: Math.floor(3 * random()) }
      }),
    )
  const shuffled = <Item>(random: Random, items: readonly Item[]): readonly Item[] =>
    items
      .map((item) => ({ item, place: random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item)

  it.each([1, 2, 3, 4])(
    'equal an independent computation over the stored candles, whatever the order and the doubles were (seed %i)',
    async (seed) => {
      const random = seededRandom(seed)
      const days = market(random)
      const restated = days[1]!.map((candle) => ({ ...candle, close: candle.close + 0.01 }))
      const windows = sessions.flatMap((session, day) =>
        Array.from({ length: 6 }, (_, part) => liveRead('A', session, days[day]!.slice(Math.max(0, part * 20 - 3), part * 20 + 20))),
      )
      const messages = [...windows, ...windows.slice(0, 8), fullRead('A', [sessions[1]!], restated, sessions[3]!.closesAt + HOUR)]
      now = sessions[3]!.closesAt + 2 * HOUR
      let rest = shuffled(random, messages)
      while (rest.length > 0) {
        const size = 1 + Math.floor(10 * random())
        const crash = random() < 0.2 ? { putIndicators: () => Promise.reject(new Error('crash')) } : {}
        await handle(rest.slice(0, size), crash)
        rest = rest.slice(size)
      }
      await handle([recompute('A')])
      expect(store.state.candles('A')).toEqual([...days[0]!, ...restated, ...days[2]!, ...days[3]!])
      expect(store.state.indicators('A')).toHaveLength(4 * TRADED)
      expect(disagreement('A')).toBeUndefined()
    },
  )
})
