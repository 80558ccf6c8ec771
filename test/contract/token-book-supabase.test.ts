import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { HOUR, MINUTE, toIso } from '../../shared/domain/time.ts'
import { clientAt, KEYS, startEmbedded, storeAt } from './store-embedded.ts'
import { bars, liveRead, monday, newTicker } from './store-setup.ts'
import { describeTokenBook } from './token-book-contract.ts'
import { newVersion, noon, proven, settle } from './token-book-setup.ts'

let supabase: RunningSupabase

beforeAll(async () => {
  supabase = await startEmbedded()
})
afterAll(() => supabase.stop())

const row = async (table: string, column: string, value: string) =>
  (await clientAt(supabase.url, KEYS.secret).from(table).select('*').eq(column, value)).data?.[0]

describe('the embedded Supabase', () => {
  it('knows no token and no outage at first', async () => {
    const store = storeAt(supabase.url)
    expect(await store.tokenState()).toEqual({ deadVersion: undefined, provenVersion: undefined, loggedInAt: undefined, outages: [] })
    expect(await store.newestCandle()).toBeUndefined()
    expect(await store.tokenHistory(10)).toEqual([])
  })
})

describeTokenBook('embedded Supabase', () => storeAt(supabase.url))

describe('the embedded Supabase', () => {
  it('keeps the newest status of a component', async () => {
    const store = storeAt(supabase.url)
    await store.putStatus('jobs', { depth: 1, parts: ['a'] }, noon)
    await store.putStatus('jobs', { depth: 2 }, noon - 1)
    const stored = await row('pipeline_status', 'component', 'jobs')
    expect([stored?.status, Date.parse(stored?.updated_at)]).toEqual([{ depth: 1, parts: ['a'] }, noon])
    await store.putStatus('jobs', { depth: 3 }, noon + 1)
    expect((await row('pipeline_status', 'component', 'jobs'))?.status).toEqual({ depth: 3 })
  })

  it('shows with an outage what it still misses', async () => {
    const store = storeAt(supabase.url)
    const ticker = newTicker()
    await settle(store)
    const { id } = (await store.markDead({ version: newVersion(), reason: 'reauth_required', now: noon })).outage
    const missing = async () => (await row('outages', 'id', id))?.missing
    expect(await missing()).toBeNull()
    await store.ingest([liveRead(ticker, monday, bars(monday, 0, 60))], 0)
    await store.recovery({ outageId: id, tickers: [ticker], sessions: [monday], now: monday.opensAt + 70 * MINUTE })
    expect(await missing()).toBe(10)
    await store.recordProven(proven(newVersion(), noon + HOUR))
    await store.markRestored(id, noon + HOUR)
    expect(await missing()).toBe(0)
    await store.recovery({ outageId: id, tickers: [ticker], sessions: [monday], now: monday.opensAt + 80 * MINUTE })
    expect(await missing()).toBe(0)
  })

  it('keeps both ends of the token beside its state', async () => {
    const token = proven(newVersion(), noon + HOUR)
    await storeAt(supabase.url).recordProven(token)
    const stored = await row('token_state', 'proven_version', token.version)
    expect([stored?.access_expires_at, stored?.refresh_expires_at].map((at) => toIso(Date.parse(at)))).toEqual(
      [token.accessExpiresAt, token.refreshExpiresAt ?? 0].map(toIso),
    )
  })
})
