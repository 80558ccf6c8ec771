import * as z from 'zod'
import type { Candle } from '../domain/candle.ts'
import type { CandleBatch } from '../domain/messages.ts'
import type { Session } from '../domain/session.ts'
import { MINUTE, toIso } from '../domain/time.ts'
import type { CandleStore, IndicatorPut } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'

const Column = z.array(z.number())
const Columns = z
  .object({ from: z.number(), t: Column, o: Column, h: Column, l: Column, c: Column, v: Column })
  .refine(({ t, ...columns }) => [columns.o, columns.h, columns.l, columns.c, columns.v].every(({ length }) => length === t.length))
  .transform(({ from, t, o, h, l, c, v }) => ({
    from: from * 1000,
    candles: t.map((at, i): Candle => ({
      at: at * 1000,
      open: o[i] ?? NaN,
      high: h[i] ?? NaN,
      low: l[i] ?? NaN,
      close: c[i] ?? NaN,
      volume: v[i] ?? NaN,
    })),
  }))
const Results = z.array(
  z.object({
    ticker: z.string(),
    revision: z.number(),
    written: z.number(),
    recompute: Columns.nullable().transform((span) => span ?? undefined),
  }),
)

/** The writer's side of the database: two calls for a batch, fenced by the ticker's revision. */
export const supabaseCandleStore = (rpc: Rpc): CandleStore => ({
  ingest: (batches, asOf) => rpc('ingest_candles', { p_batch: inRounds(batches).map(answer), p_as_of: toIso(asOf) }, Results),
  putIndicators: (puts) => rpc('put_indicators', { p_puts: puts.map(put) }, z.array(z.string())),
})

type Turn = { readonly batch: CandleBatch; readonly round: number }

/** Answers of one ticker are stored one after the other, by the time they were read. */
const inRounds = (batches: readonly CandleBatch[]): readonly Turn[] => {
  const rounds = new Map<string, number>()
  return batches
    .toSorted((a, b) => a.fetchedAt - b.fetchedAt)
    .map((batch) => {
      const round = (rounds.get(batch.ticker) ?? 0) + 1
      rounds.set(batch.ticker, round)
      return { batch, round }
    })
}

const answer = ({ batch, round }: Turn) => ({
  ticker: batch.ticker,
  round,
  from: toIso(batch.from),
  to: toIso(batch.to),
  fetched_at: toIso(batch.fetchedAt),
  sessions: batch.sessions.map((session) => returned(session, batch)),
  t: batch.candles.map(({ at }) => at),
  o: batch.candles.map(({ open }) => open),
  h: batch.candles.map(({ high }) => high),
  l: batch.candles.map(({ low }) => low),
  c: batch.candles.map(({ close }) => close),
  v: batch.candles.map(({ volume }) => volume),
})

/** What the answer says about one of its sessions. */
const returned = ({ date, opensAt, closesAt }: Session, { candles, unreadable = [] }: CandleBatch) => {
  const isInside = (at: number): boolean => at >= opensAt && at < closesAt
  const inside = candles.filter(({ at }) => isInside(at))
  const last = inside.at(-1)
  return {
    date,
    opens_at: toIso(opensAt),
    closes_at: toIso(closesAt),
    returned: inside.length,
    covered_until: last === undefined ? null : toIso(last.at + MINUTE),
    unreadable: unreadable.filter(isInside).map(toIso),
  }
}

const put = ({ ticker, revision, rows, rest }: IndicatorPut) => ({
  ticker,
  revision,
  rest: rest ?? null,
  t: rows.map(({ at }) => at),
  sma9: rows.map(({ sma9 }) => sma9),
  vwap: rows.map(({ vwap }) => vwap),
  ema12: rows.map(({ ema12 }) => ema12),
  ema26: rows.map(({ ema26 }) => ema26),
  macd: rows.map(({ macd }) => macd),
  macd_signal: rows.map(({ macdSignal }) => macdSignal),
  macd_histogram: rows.map(({ macdHistogram }) => macdHistogram),
  rsi14: rows.map(({ rsi14 }) => rsi14),
  bb_upper: rows.map(({ bbUpper }) => bbUpper),
  bb_middle: rows.map(({ bbMiddle }) => bbMiddle),
  bb_lower: rows.map(({ bbLower }) => bbLower),
  atr14: rows.map(({ atr14 }) => atr14),
  cross: rows.map(({ cross }) => cross),
})
