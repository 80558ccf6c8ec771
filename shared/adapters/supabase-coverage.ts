import * as z from 'zod'
import type { Coverage } from '../domain/plan-jobs.ts'
import type { AppliedSplit } from '../domain/split.ts'
import { toIso } from '../domain/time.ts'
import type { CoverageBook, RequestBudget } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'
import { MaybeSeconds, Seconds } from './supabase-times.ts'
import { MaybeVersion, TokenStateRow } from './supabase-token-state.ts'
import { VerdictRows } from './supabase-verdicts.ts'

const Row = z
  .tuple([
    z.string(),
    z.string(),
    MaybeSeconds,
    z.number(),
    MaybeSeconds,
    MaybeSeconds,
    z.boolean(),
    MaybeSeconds,
    z.boolean(),
    z.boolean(),
  ])
  .transform(([ticker, date, coveredUntil, candles, lastAuditAt, claimedUntil, suspect, agreedSince, moved, wanted]): Coverage => ({
    ticker,
    date,
    coveredUntil,
    candles,
    lastAuditAt,
    claimedUntil,
    suspect,
    agreedSince,
    moved,
    wanted,
  }))
const SplitRow = z
  .tuple([z.string(), z.string(), z.number(), Seconds])
  .transform(([ticker, date, ratio, noticedAt]): AppliedSplit => ({ ticker, date, ratio, noticedAt }))
const Tick = z.discriminatedUnion('claimed', [
  z.object({ claimed: z.literal(false), token: TokenStateRow }),
  z.object({
    claimed: z.literal(true),
    token: TokenStateRow,
    since: MaybeSeconds,
    incomplete: z.array(Row),
    unsettled: z.array(Row),
    splits: z.array(SplitRow),
    untouched: z.record(z.string(), z.array(z.string())),
    dirty: z.array(z.string()),
    ...VerdictRows,
    newest: MaybeSeconds,
  }),
])
const Grant = z
  .object({ live: z.number(), backfill: z.number(), dead_version: MaybeVersion, free_at: MaybeSeconds.optional() })
  .transform(({ live, backfill, dead_version: deadVersion, free_at: freeAt }) => ({ live, backfill, deadVersion, freeAt }))

/** The scheduler's side of the database: the minute's claim and what is missing. */
export const supabaseCoverageBook = (rpc: Rpc): CoverageBook => ({
  beginTick: async ({ tick, tickers, sessions, dirtyBefore, since, settle }) => {
    const state = await rpc(
      'begin_tick',
      {
        p_tick: toIso(tick),
        p_tickers: tickers,
        p_sessions: sessions.map(({ date }) => date),
        p_dirty_before: toIso(dirtyBefore),
        ...(since !== undefined && { p_since: toIso(since) }),
        ...(settle !== undefined && { p_settle: settle.dates, p_settle_before: toIso(settle.before) }),
      },
      Tick,
    )
    if (!state.claimed) return { ...NOTHING, token: state.token }
    const unknown = Object.entries(state.untouched).flatMap(([ticker, dates]) => dates.map((date) => untouched(ticker, date)))
    return {
      claimed: true,
      incomplete: [...state.incomplete, ...unknown],
      unsettled: state.unsettled,
      since: state.since,
      splits: state.splits,
      dirty: state.dirty,
      verdicts: state.verdicts,
      rhythms: state.rhythms,
      newestCoveredUntil: state.newest,
      token: state.token,
    }
  },
  claimSessions: async (claims, until) => {
    const rows = claims.map(({ ticker, session }) => ({
      ticker,
      date: session.date,
      opens_at: toIso(session.opensAt),
      closes_at: toIso(session.closesAt),
    }))
    await rpc('claim_sessions', { p_claims: rows, p_until: toIso(until) }, z.object({ claimed: z.number() }))
  },
})

/** The calls that this minute still allows. */
export const supabaseRequestBudget = (rpc: Rpc): RequestBudget => ({
  beginFetch: ({ now, live, backfill, perMinute, backfillPerMinute }) =>
    rpc(
      'begin_fetch',
      { p_now: toIso(now), p_live: live, p_backfill: backfill, p_per_minute: perMinute, p_backfill_per_minute: backfillPerMinute },
      Grant,
    ),
})

const NOTHING = {
  claimed: false,
  since: undefined,
  incomplete: [],
  unsettled: [],
  splits: [],
  dirty: [],
  verdicts: [],
  rhythms: [],
  newestCoveredUntil: undefined,
} as const

const untouched = (ticker: string, date: string): Coverage => ({
  ticker,
  date,
  coveredUntil: undefined,
  candles: 0,
  lastAuditAt: undefined,
  claimedUntil: undefined,
  suspect: false,
  agreedSince: undefined,
  moved: false,
  wanted: false,
})
