import * as z from 'zod'
import type { Candle } from '../domain/candle.ts'
import { toIso } from '../domain/time.ts'
import type { CandleStore, CoverageBook, IndicatorPut, RequestBudget } from '../ports.ts'
import { callRpc, supabaseClient, type SupabaseOptions } from './supabase-client.ts'

/** PostgreSQL writes `2026-01-02 14:30:00+00` or `2026-01-02T14:30:00+00:00`, by where it runs. */
const Instant = z.string().transform((text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')))
const Moment = Instant.nullish().transform((value) => value ?? undefined)

const Tick = z.union([
  z.object({ claimed: z.literal(false) }),
  z.object({
    claimed: z.literal(true),
    incomplete: z.array(
      z
        .object({
          ticker: z.string(),
          date: z.string(),
          covered_until: Moment,
          candles: z.number(),
          last_audit_at: Moment,
          claimed_until: Moment,
        })
        .transform(({ ticker, date, candles, covered_until: coveredUntil, last_audit_at: lastAuditAt, claimed_until: claimedUntil }) => ({
          ticker,
          date,
          candles,
          coveredUntil,
          lastAuditAt,
          claimedUntil,
        })),
    ),
    dirty: z.array(z.string()),
    quarantined: z.array(z.string()),
    newest_covered_until: Moment,
  }),
])

const Numbers = z.array(z.number())
const Columns = z.object({ at: Numbers, open: Numbers, high: Numbers, low: Numbers, close: Numbers, volume: Numbers })
const Ingested = z.array(
  z.object({ ticker: z.string(), revision: z.number(), written: z.number(), from: z.number().nullable(), candles: Columns.nullable() }),
)
const Grant = z.object({ live: z.number(), backfill: z.number() })

/** The database as the functions use it: each call is one function in it, and one round trip. */
export const supabaseStore = (options: SupabaseOptions): CoverageBook & RequestBudget & CandleStore => {
  const client = supabaseClient(options)
  const call = <Schema extends z.ZodType>(name: string, args: object, answer: Schema) => callRpc(client, name, args, answer)
  return {
    beginTick: async ({ tick, tickers, sessions, dirtyBefore }) => {
      const state = await call(
        'begin_tick',
        { p_tick: toIso(tick), p_tickers: tickers, p_sessions: sessions.map(({ date }) => ({ date })), p_dirty_before: toIso(dirtyBefore) },
        Tick,
      )
      if (!state.claimed) return { claimed: false, incomplete: [], dirty: [], quarantined: [], newestCoveredUntil: undefined }
      const { newest_covered_until: newestCoveredUntil, ...rest } = state
      return { ...rest, newestCoveredUntil }
    },
    claimSessions: async (claims, until) => {
      const rows = claims.map(({ ticker, session }) => ({ ticker, ...sessionRow(session) }))
      await call('claim_sessions', { p_claims: rows, p_until: toIso(until) }, z.null())
    },
    beginFetch: ({ now, live, backfill, perMinute, backfillPerMinute }) =>
      call(
        'begin_fetch',
        { p_now: toIso(now), p_live: live, p_backfill: backfill, p_per_minute: perMinute, p_backfill_per_minute: backfillPerMinute },
        Grant,
      ),
    quarantine: async (ticker, until) => {
      await call('quarantine_ticker', { p_ticker: ticker, p_until: toIso(until) }, z.null())
    },
    ingest: async (batches, asOf) => {
      const batch = batches.map(({ ticker, from, to, fetchedAt, sessions, candles }) => ({
        ticker,
        from: toIso(from),
        to: toIso(to),
        fetched_at: toIso(fetchedAt),
        sessions: sessions.map(sessionRow),
        candles: candles.map((c) => [c.at, c.open, c.high, c.low, c.close, c.volume]),
      }))
      const results = await call('ingest_candles', { p_batch: batch, p_as_of: toIso(asOf) }, Ingested)
      return results.map(({ ticker, revision, written, from, candles }) => ({
        ticker,
        revision,
        written,
        recompute: from === null || candles === null ? undefined : { from, candles: toCandles(candles) },
      }))
    },
    putIndicators: (puts) => call('put_indicators', { p_puts: puts.map(putRow) }, z.array(z.string())),
  }
}

const sessionRow = ({ date, opensAt, closesAt }: { readonly date: string; readonly opensAt: number; readonly closesAt: number }) => ({
  date,
  opens_at: toIso(opensAt),
  closes_at: toIso(closesAt),
})

const toCandles = ({ at, open, high, low, close, volume }: z.infer<typeof Columns>): readonly Candle[] =>
  at.map((time, i) => ({
    at: time,
    open: open[i] ?? NaN,
    high: high[i] ?? NaN,
    low: low[i] ?? NaN,
    close: close[i] ?? NaN,
    volume: volume[i] ?? NaN,
  }))

const putRow = ({ ticker, revision, rows }: IndicatorPut) => ({
  ticker,
  revision,
  rows: rows.map((r) => [
    r.at,
    r.sma9,
    r.vwap,
    r.ema12,
    r.ema26,
    r.macd,
    r.macdSignal,
    r.macdHistogram,
    r.rsi14,
    r.bbUpper,
    r.bbMiddle,
    r.bbLower,
    r.atr14,
    r.cross,
  ]),
})
