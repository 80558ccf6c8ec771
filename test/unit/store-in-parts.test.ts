import { describe, expect, it } from 'vitest'
import { inParts } from '../../functions/writer/store-in-parts.ts'
import { storeCandles } from '../../functions/writer/store-candles.ts'
import { StoreTimedOut, StoreUnavailable } from '../../shared/domain/errors.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { CandleStore } from '../../shared/ports.ts'
import { supabaseCandleStore } from '../../shared/adapters/supabase-candles.ts'
import { bars, fullRead, liveRead, monday, weekdays } from '../contract/store-setup.ts'
import { memoryStore, type MemoryStore } from '../fakes/memory-store.ts'
import { memoryQueue } from '../fakes/memory-queues.ts'
import { firstDisagreement, oracleIndicators } from '../indicator-oracle.ts'

const DAYS = weekdays(3)
const NOW = DAYS[2]!.closesAt + 2 * HOUR
const long = (ticker: string): CandleBatch =>
  fullRead(
    ticker,
    DAYS,
    DAYS.flatMap((session) => bars(session)),
    NOW - MINUTE,
  )

/** Gives up a call of more than `most` bars or rows, and notes the sizes it was asked for. */
const slowStore = (memory: MemoryStore, most: () => number) => {
  const sizes: number[] = []
  const guard = <Result>(size: number, work: () => Promise<Result>): Promise<Result> => {
    sizes.push(size)
    return size > most() ? Promise.reject(new StoreTimedOut('57014')) : work()
  }
  const store: CandleStore = {
    ingest: (batches, asOf) =>
      guard(
        batches.reduce((sum, { candles }) => sum + candles.length, 0),
        () => memory.ingest(batches, asOf),
      ),
    putIndicators: (puts) =>
      guard(
        puts.reduce((sum, { rows }) => sum + rows.length, 0),
        () => memory.putIndicators(puts),
      ),
  }
  return { store, sizes }
}

const handle = async (batches: readonly CandleBatch[], store: CandleStore) => {
  const run = { signal: new AbortController().signal, log: () => undefined }
  const settled = await Promise.allSettled(storeCandles(batches, { clock: () => NOW, store, source: memoryQueue().source }, run))
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.code))
}

describe('a store in parts', () => {
  it.each([5_000, 700, 400, 100, 7])('stores what takes the database too long beyond %i bars, with the same indicators', async (most) => {
    const memory = memoryStore()
    const { store } = slowStore(memory, () => most)
    expect(
      await handle(
        [long('A'), liveRead('B', DAYS[2]!, bars(DAYS[2]!, 0, 30)), long('C')],
        inParts(store, () => NOW),
      ),
    ).toEqual(['done', 'done', 'done'])
    for (const ticker of ['A', 'C']) {
      expect(memory.state.candles(ticker)).toEqual(DAYS.flatMap((session) => bars(session)))
      expect(firstDisagreement(memory.state.indicators(ticker), oracleIndicators(memory.state.candles(ticker)))).toBeUndefined()
      expect(memory.tickers.get(ticker)?.dirty).toBeUndefined()
    }
    expect(memory.state.candles('B')).toHaveLength(30)
  })

  it('cuts where a session begins, so that each can still be proven complete by one read', async () => {
    const memory = memoryStore()
    const { store } = slowStore(memory, () => 400)
    const ready = inParts(store, () => NOW)
    await handle([long('A')], ready)
    await handle([{ ...long('A'), fetchedAt: NOW }], ready)
    expect(DAYS.map(({ date }) => memory.state.completed('A', date))).toEqual([true, true, true])
  })

  it('remembers for ten minutes what took too long', async () => {
    let [now, most] = [NOW, 400]
    const { store, sizes } = slowStore(memoryStore(), () => most)
    const ready = inParts(store, () => now)
    await ready.ingest([long('A')], now)
    expect(sizes[0]).toBe(1170)
    sizes.length = 0
    await ready.ingest([long('B')], now)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(400)
    now += 10 * MINUTE
    most = 5_000
    sizes.length = 0
    await ready.ingest([long('C')], now)
    expect(sizes).toEqual([1170])
  })

  it('gives up when one bar takes too long, or the database is down', async () => {
    const { store, sizes } = slowStore(memoryStore(), () => 0)
    await expect(inParts(store, () => NOW).ingest([long('A')], NOW)).rejects.toThrow(StoreTimedOut)
    expect(sizes.at(-1)).toBe(1)
    const down: CandleStore = { ...store, ingest: () => Promise.reject(new StoreUnavailable('down')) }
    await expect(inParts(down, () => NOW).ingest([long('A')], NOW)).rejects.toThrow(StoreUnavailable)
  })

  it('never sends more than 2 MB, whatever the numbers are', async () => {
    const bytes: number[] = []
    const rpc = async (_name: string, args: object) => (bytes.push(Buffer.byteLength(JSON.stringify(args))), [] as never)
    const worst = -1.2345678901234567e-100
    const at = (minute: number): number => monday.opensAt + minute * MINUTE
    const candles = Array.from({ length: 4_000 }, (_, i) => ({
      at: at(i),
      open: worst,
      high: worst,
      low: worst,
      close: worst,
      volume: worst,
    }))
    const row = { sma9: worst, vwap: worst, ema12: worst, ema26: worst, macd: worst, macdSignal: worst, macdHistogram: worst }
    const rows = candles.map((candle) => ({
      ...row,
      at: candle.at,
      rsi14: worst,
      bbUpper: worst,
      bbMiddle: worst,
      bbLower: worst,
      atr14: worst,
      cross: -1 as const,
    }))
    const store = inParts(supabaseCandleStore(rpc), () => NOW)
    const tickers = Array.from({ length: 10 }, (_, i) => `T${i}`)
    await store.ingest(
      tickers.map((ticker) => ({ ...long(ticker), candles })),
      NOW,
    )
    await store.putIndicators(tickers.map((ticker) => ({ ticker, revision: 1, rows })))
    expect(bytes.length).toBeGreaterThan(10)
    expect(Math.max(...bytes)).toBeLessThan(2_000_000)
  })
})
