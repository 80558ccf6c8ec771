import * as z from 'zod'
import { VERDICT_KINDS } from '../shared/domain/verdicts.ts'

/** Hosted: `2026-01-02T14:30:00+00:00`; embedded: `2026-01-02 14:30:00+00`. */
const Instant = z.string().transform((text, context) => {
  const at = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
  if (Number.isNaN(at)) context.addIssue({ code: 'custom', message: 'not a time' })
  return at
})
const DateText = z.string().transform((text) => text.slice(0, 10))
const Value = z.number().nullable()

export const TickerRows = z.array(z.object({ ticker: z.string() }))

export const TimeRows = z.array(z.object({ timestamp: Instant }))

export const TickRows = z.array(z.object({ minute: Instant }))

export const StatusRows = z.array(
  z.object({ component: z.string(), updated_at: Instant }).transform(({ component, updated_at: updatedAt }) => ({ component, updatedAt })),
)

export const CoverageRows = z.array(
  z
    .object({
      ticker: z.string(),
      session_date: DateText,
      opens_at: Instant,
      closes_at: Instant,
      completed_at: Instant.nullable(),
      unreadable: z.array(Instant),
      suspect: z.boolean(),
    })
    .transform((row) => ({
      ticker: row.ticker,
      date: row.session_date,
      opensAt: row.opens_at,
      closesAt: row.closes_at,
      completedAt: row.completed_at ?? undefined,
      unreadable: row.unreadable,
      suspect: row.suspect,
    })),
)

export const HeldRows = z.array(
  z
    .object({ kind: z.enum(VERDICT_KINDS), ticker: z.string(), session_date: DateText.nullable(), first_at: Instant })
    .transform(({ kind, ticker, session_date: date, first_at: since }) => ({ kind, ticker, date: date ?? undefined, since })),
)

export const CandleRows = z.array(
  z
    .object({ timestamp: Instant, open: z.number(), high: z.number(), low: z.number(), close: z.number(), volume: z.number() })
    .transform(({ timestamp, ...prices }) => ({ at: timestamp, ...prices })),
)

export const IndicatorRows = z.array(
  z
    .object({
      timestamp: Instant,
      sma9: Value,
      vwap: Value,
      ema12: Value,
      ema26: Value,
      macd: Value,
      macd_signal: Value,
      macd_histogram: Value,
      rsi14: Value,
      bb_upper: Value,
      bb_middle: Value,
      bb_lower: Value,
      atr14: Value,
      cross: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
    })
    .transform((row) => ({
      at: row.timestamp,
      sma9: row.sma9,
      vwap: row.vwap,
      ema12: row.ema12,
      ema26: row.ema26,
      macd: row.macd,
      macdSignal: row.macd_signal,
      macdHistogram: row.macd_histogram,
      rsi14: row.rsi14,
      bbUpper: row.bb_upper,
      bbMiddle: row.bb_middle,
      bbLower: row.bb_lower,
      atr14: row.atr14,
      cross: row.cross,
    })),
)
