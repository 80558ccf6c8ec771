import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declaredFunctions, strayFunctions } from '../../cli/migrate/declared-functions.ts'
import { readMigrations } from '../../cli/migrate/migration.ts'
import type { RunningSupabase } from '../../local/supabase/start-supabase.ts'
import { SHOWN_TABLES, SHOWN_VIEWS } from './shown-tables.ts'
import { clientAt, KEYS, startEmbedded, storeAt } from './store-embedded.ts'
import { bars, fullRead, indicators, liveRead, monday, nextTick } from './store-setup.ts'

const HIDDEN = [
  'ticker_revision',
  'request_budget',
  'request_grants',
  'scheduler_ticks',
  'token_state',
  'token_history',
  'leases',
  'notices',
  'login_states',
  'refusal_refreshes',
] as const
const CALLS = {
  begin_tick: { p_tick: '2026-01-01T00:00:00Z', p_tickers: [], p_sessions: [], p_dirty_before: '2026-01-01T00:00:00Z' },
  claim_sessions: { p_claims: [], p_until: '2026-01-01T00:00:00Z' },
  begin_fetch: { p_now: '2026-01-01T00:00:00Z', p_live: 1, p_backfill: 0, p_per_minute: 1, p_backfill_per_minute: 1 },
  begin_coverage_tick: { p_tick: '2026-01-01T00:00:00Z', p_tickers: [], p_sessions: [], p_dirty_before: '2026-01-01T00:00:00Z' },
  note_refusals: { p_refusals: [], p_now: '2026-01-01T00:00:00Z' },
  read_verdicts: { p_tickers: [] },
  put_verdicts: { p_changes: [], p_now: '2026-01-01T00:00:00Z' },
  lift_verdicts: { p_ticker: 'QQQ' },
  take_refusal_refresh: { p_now: '2026-01-01T00:00:00Z', p_dead: false },
  lock_tickers: { p_tickers: [] },
  ingest_candles: { p_batch: [], p_as_of: '2026-01-01T00:00:00Z' },
  ingest_round: { p_batch: [], p_round: 1, p_as_of: '2026-01-01T00:00:00Z' },
  recompute_span: { p_ticker: 'QQQ', p_from: '2026-01-01T00:00:00Z', p_to: '2026-01-01T00:00:00Z' },
  put_indicators: { p_puts: [] },
  read_outage: { p_id: 'o1' },
  read_token_state: {},
  mark_dead: {
    p_id: 'o2',
    p_version: 'v2',
    p_reason: 'entitlement',
    p_now: '2026-01-01T00:00:00Z',
    p_since: '2026-01-01T00:00:00Z',
    p_seen: null,
  },
  record_proven: {
    p_version: 'v3',
    p_how: 'login',
    p_now: '2026-01-01T00:00:00Z',
    p_logged_in_at: null,
    p_access_expires_at: null,
    p_refresh_expires_at: null,
  },
  read_functions: {},
  read_token_history: { p_limit: 1 },
  newest_candle: {},
  count_messages: { p_outage: 'o1', p_parked: 1, p_redriven: 1 },
  outage_recovery: { p_outage: 'o1', p_tickers: [], p_sessions: [], p_now: '2026-01-01T00:00:00Z' },
  mark_restored: { p_outage: 'o1', p_now: '2026-01-01T00:00:00Z' },
  put_status: { p_component: 'jobs', p_status: {}, p_now: '2026-01-01T00:00:00Z' },
  take_lease: { p_name: 'refresh', p_holder: 'h', p_now: '2026-01-01T00:00:00Z', p_until: '2026-01-01T00:00:00Z' },
  release_lease: { p_name: 'refresh', p_holder: 'h' },
  claim_notice: { p_key: 'k', p_now: '2026-01-01T00:00:00Z', p_until: '2026-01-01T00:00:00Z' },
  mark_published: { p_key: 'k', p_now: '2026-01-01T00:00:00Z' },
  record_minute: {
    p_minute: '2026-01-01T00:00:00Z',
    p_tick: { in_session: false, freshness_seconds: 0, missing: 0, live_jobs: 0, full_jobs: 0, queues: {} },
    p_schedule: {},
  },
  put_login_state: {
    p_state_hash: 's2',
    p_browser_hash: 'b',
    p_subject: 'outage:o1',
    p_now: '2026-01-01T00:00:00Z',
    p_expires_at: '2026-01-01T00:00:00Z',
  },
  take_login_state: { p_state_hash: 's1', p_browser_hash: 'b', p_now: '2026-01-01T00:00:00Z' },
}

describe('the browser’s key at the embedded Supabase', () => {
  let supabase: RunningSupabase

  beforeAll(async () => {
    supabase = await startEmbedded()
    const store = storeAt(supabase.url)
    await store.ingest([fullRead('QQQ', [monday], bars(monday, 0, 3)), liveRead('SPY', monday, bars(monday, 0, 1))], 0)
    await store.putIndicators([{ ticker: 'QQQ', revision: 1, rows: [indicators(monday.opensAt, 1)] }])
    await store.beginTick({ tick: nextTick(), tickers: [], sessions: [], dirtyBefore: 0 })
    await store.beginFetch({ now: nextTick(), live: 1, backfill: 0, perMinute: 1, backfillPerMinute: 1 })
    const now = monday.opensAt
    await store.takeLease('redrive', 'holder', now, now)
    await store.claimNotice('notice', now, now)
    await store.noteRefusals([{ kind: 'unknown_symbol', ticker: 'GONE' }], now)
    await store.takeRefusalRefresh(now, false)
    await store.markPublished('notice', now)
    const line = { inSession: true, freshnessSeconds: 60, missing: 0, liveJobs: 1, fullJobs: 0, queues: {} }
    await store.recordMinute({
      minute: now,
      line,
      schedule: { tickers: ['QQQ'], sessions: [monday], nextOpensAt: undefined, cadenceMinutes: 1 },
    })
    await store.putState({ stateHash: 's1', browserHash: 'b', subject: 'outage:o1', now, expiresAt: now })
    await store.putStatus('jobs', {}, now)
    const service = clientAt(supabase.url, KEYS.secret)
    await service
      .from('splits')
      .insert({
        ticker: 'QQQ',
        split_date: '2026-01-05',
        ratio: 4,
        noticed_at: '2026-01-05T15:00:00Z',
        basis_since: '2026-01-05T14:30:00Z',
      })
      .throwOnError()
    await service.from('outages').insert({ id: 'o1', reason: 'reauth_required', started_at: '2026-01-05T00:00:00Z' }).throwOnError()
    await store.markDead({ version: 'v1', reason: 'reauth_required', now })
  })
  afterAll(() => supabase.stop())

  const rows = async (key: string, table: string) => (await clientAt(supabase.url, key).from(table).select('*')).data?.length ?? 0
  const count = (table: string) => rows(KEYS.secret, table)

  it.each([...SHOWN_TABLES, ...SHOWN_VIEWS])('reads %s', async (table) => {
    expect(await rows(KEYS.publishable, table)).toBeGreaterThan(0)
  })

  it.each(HIDDEN)('sees nothing of %s', async (table) => {
    expect(await count(table)).toBeGreaterThan(0)
    expect(await rows(KEYS.publishable, table)).toBe(0)
  })

  it.each([...SHOWN_TABLES, ...HIDDEN])('cannot change %s', async (table) => {
    const service = clientAt(supabase.url, KEYS.secret)
    const anon = clientAt(supabase.url, KEYS.publishable)
    const before = (await service.from(table).select('*')).data
    const [first] = before ?? []
    const [column = '', value] = Object.entries(first ?? {})[0] ?? []
    expect((await anon.from(table).insert(first ?? {})).error).not.toBeNull()
    await anon
      .from(table)
      .update({ [column]: value })
      .eq(column, value)
    await anon.from(table).delete().eq(column, value)
    expect((await service.from(table).select('*')).data).toEqual(before)
    expect((await anon.from(table).delete().eq(column, value).select()).data ?? []).toEqual([])
  })

  it.each(SHOWN_VIEWS)('cannot change anything through %s', async (view) => {
    const anon = clientAt(supabase.url, KEYS.publishable)
    const before = (await anon.from(view).select('*')).data
    const [first] = before ?? []
    const [column = '', value] = Object.entries(first ?? {})[0] ?? []
    expect((await anon.from(view).insert(first ?? {})).error).not.toBeNull()
    expect(
      (
        await anon
          .from(view)
          .update({ [column]: value })
          .eq(column, value)
      ).error,
    ).not.toBeNull()
    expect((await anon.from(view).delete().eq(column, value)).error).not.toBeNull()
    expect((await anon.from(view).select('*')).data).toEqual(before)
  })

  it.each(Object.entries(CALLS))('cannot call %s, while the secret key can', async (name, args) => {
    expect((await clientAt(supabase.url, KEYS.publishable).rpc(name, args)).error).toMatchObject({ code: '42501' })
    expect((await clientAt(supabase.url, KEYS.secret).rpc(name, args)).error).toBeNull()
  })

  it('calls what the dashboard reads by, for one ticker and thirty sessions', async () => {
    const { data, error } = await clientAt(supabase.url, KEYS.publishable).rpc('chart_sessions', { p_ticker: 'QQQ', p_count: 1_000 })
    expect(error).toBeNull()
    expect(data).toMatchObject([{ ticker: 'QQQ', session_date: monday.date }])
    expect((await clientAt(supabase.url, KEYS.publishable).rpc('chart_sessions', { p_count: 1 })).error).not.toBeNull()
    expect((await clientAt(supabase.url, KEYS.publishable).from('chart_sessions').select('*')).error).not.toBeNull()
  })

  it('stands before functions that are, to the letter, those of the migrations: kite doctor finds nothing on a local stack', async () => {
    const { data } = await clientAt(supabase.url, KEYS.secret).rpc('read_functions')
    const declared = declaredFunctions(readMigrations(resolve(import.meta.dirname, '../../supabase/migrations')))
    expect(declared.length).toBeGreaterThan(23)
    expect(strayFunctions(declared, data)).toEqual([])
    expect(strayFunctions(declared, data.slice(1))).toHaveLength(1)
  })

  it('does nothing without a key', async () => {
    expect((await fetch(`${supabase.url}/rest/v1/equity_data`)).status).toBe(401)
    expect((await fetch(`${supabase.url}/rest/v1/equity_data`, { headers: { apikey: 'sb_publishable_other' } })).status).toBe(401)
  })
})
