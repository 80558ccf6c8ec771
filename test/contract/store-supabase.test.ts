import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import type { TickState } from '../../shared/ports.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { describeStore } from './store-contract.ts'
import { clientAt, KEYS, startEmbedded, storeAt, storedIndicators } from './store-embedded.ts'
import { randomBatch, seededRandom } from './store-random.ts'
import { indicators, LATER, newTicker, nextTick, weekdays, type Store } from './store-setup.ts'

let supabase: RunningSupabase

beforeAll(async () => {
  supabase = await startEmbedded()
})
afterAll(() => supabase.stop())

describeStore('embedded Supabase', () => ({
  store: storeAt(supabase.url),
  indicators: (ticker) => storedIndicators(supabase.url, ticker),
}))

describe('the embedded Supabase', () => {
  it.each([1, 2, 3, 4])('answers as the memory store does to any sequence of calls (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const real = storeAt(supabase.url)
    const model = memoryStore()
    const tickers = [newTicker(), newTicker(), newTicker()]
    const sessions = weekdays(6)
    for (let step = 0; step < 60; step++) {
      const asOf = nextTick()
      if (random() < 0.15) {
        const claims = [{ ticker: tickers[step % 3] ?? '', session: sessions[step % 6] ?? sessions[0]! }]
        await Promise.all([real.claimSessions(claims, asOf), model.claimSessions(claims, asOf)])
      }
      const batches = Array.from({ length: 1 + Math.floor(random() * 4) }, () => randomBatch(random, tickers, sessions))
      const results = await real.ingest(batches, asOf)
      expect(results).toEqual(await model.ingest(batches, asOf))
      if (random() < 0.5) {
        const puts = results.map(({ ticker, revision, recompute }) => ({
          ticker,
          revision: random() < 0.8 ? revision : revision - 1,
          rows: (recompute?.candles ?? []).map(({ at }) => indicators(at, revision)),
        }))
        expect(await real.putIndicators(puts)).toEqual(await model.putIndicators(puts))
      }
      const settle = { dates: sessions.slice(0, 2).map(({ date }) => date), before: sessions[1]!.closesAt + 30 * HOUR }
      const look = (store: Store) => store.beginTick({ tick: asOf, tickers, sessions, dirtyBefore: 2 * LATER, settle })
      const [seen, expected] = await Promise.all([look(real), look(model)])
      expect(inOrder(seen)).toEqual(inOrder(expected))
    }
    for (const ticker of tickers)
      expect(await storedIndicators(supabase.url, ticker)).toEqual(model.state.indicators(ticker).slice(0, 1000))
  })

  it('prunes the ticks and the budgets of the days before', async () => {
    const store = storeAt(supabase.url)
    const start = Date.UTC(2030, 0, 1)
    for (const day of [0, 1, 2]) {
      await store.beginTick({ tick: start + day * 1441 * MINUTE, tickers: [], sessions: [], dirtyBefore: 0 })
      await store.beginFetch({ now: start + day * 1441 * MINUTE, live: 1, backfill: 0, perMinute: 1, backfillPerMinute: 1 })
    }
    expect(await rowCount('scheduler_ticks')).toBe(1)
    expect(await rowCount('request_budget')).toBe(1)
    expect(await rowCount('request_grants')).toBe(1)
  })
})

const sorted = <Row extends { readonly ticker: string; readonly date: string }>(rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => `${a.ticker}${a.date}`.localeCompare(`${b.ticker}${b.date}`))

const rowCount = async (table: string): Promise<number | null> =>
  (await clientAt(supabase.url, KEYS.secret).from(table).select('*', { count: 'exact', head: true })).count

const inOrder = (state: TickState): TickState => ({ ...state, incomplete: sorted(state.incomplete), unsettled: sorted(state.unsettled) })
