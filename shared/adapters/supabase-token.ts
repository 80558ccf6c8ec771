import * as z from 'zod'
import { TokenBusy } from '../domain/errors.ts'
import { outageIdOf } from '../domain/outage-id.ts'
import { toIso } from '../domain/time.ts'
import type { TokenBook, TokenHistoryEntry } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'
import { isoOrNull, MaybeSeconds, Seconds } from './supabase-times.ts'
import { MaybeOutageRow, MaybeVersion, TokenStateRow } from './supabase-token-state.ts'

const HistoryRow = z
  .tuple([Seconds, z.enum(['refresh', 'login', 'by_hand', 'died']), z.string(), MaybeVersion])
  .transform(([at, what, version, outageId]): TokenHistoryEntry => ({ at, what, version, outageId }))
const Done = z.object({ outage: z.string() })

/** The token's side of the database: its versions, its outages, and what they cost. */
export const supabaseTokenBook = (rpc: Rpc): TokenBook => ({
  tokenState: () => rpc('read_token_state', {}, TokenStateRow),
  markDead: async ({ version, reason, now, since = now, seen }) => {
    const p_seen = seen === undefined ? null : (seen.provenVersion ?? '')
    const args = { p_id: outageIdOf(version), p_version: version, p_reason: reason, p_now: toIso(now), p_since: toIso(since), p_seen }
    const { outage, opened } = await rpc('mark_dead', args, z.object({ outage: MaybeOutageRow, opened: z.boolean() }))
    if (outage === undefined) throw new TokenBusy('another version has been proven meanwhile')
    return { outage, opened }
  },
  recordProven: async ({ version, how, now, loggedInAt, accessExpiresAt, refreshExpiresAt }) => {
    const args = {
      p_version: version,
      p_how: how,
      p_now: toIso(now),
      p_logged_in_at: isoOrNull(loggedInAt),
      p_access_expires_at: toIso(accessExpiresAt),
      p_refresh_expires_at: isoOrNull(refreshExpiresAt),
    }
    return rpc('record_proven', args, z.object({ ended: MaybeOutageRow, state: TokenStateRow }))
  },
  newestCandle: async () => (await rpc('newest_candle', {}, z.object({ newest: MaybeSeconds }))).newest,
  countParked: async (outageId, count) => {
    await rpc('count_messages', { p_outage: outageId, p_parked: count, p_redriven: 0 }, Done)
  },
  countRedriven: async (outageId, count) => {
    await rpc('count_messages', { p_outage: outageId, p_parked: 0, p_redriven: count }, Done)
  },
  outage: (id) => rpc('read_outage', { p_id: id }, MaybeOutageRow),
  recovery: ({ outageId, tickers, sessions, now, horizon }) =>
    rpc(
      'outage_recovery',
      {
        p_outage: outageId,
        p_tickers: tickers,
        p_sessions: sessions.map(({ date, opensAt, closesAt }) => ({ date, opens_at: toIso(opensAt), closes_at: toIso(closesAt) })),
        p_now: toIso(now),
        ...(horizon !== undefined && { p_horizon: toIso(horizon) }),
      },
      z.object({ missing: z.number(), unproven: z.number(), backfilled: z.number(), unfetchable: z.number() }),
    ),
  markRestored: async (outageId, now) => {
    await rpc('mark_restored', { p_outage: outageId, p_now: toIso(now) }, Done)
  },
  tokenHistory: (limit) => rpc('read_token_history', { p_limit: limit }, z.array(HistoryRow)),
  putStatus: async (component, status, now) => {
    await rpc('put_status', { p_component: component, p_status: status, p_now: toIso(now) }, z.object({ component: z.string() }))
  },
})
