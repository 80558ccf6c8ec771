import * as z from 'zod/mini'
import { Instant, Later, Maybe, Text } from './instants.ts'

/** A ticker and its newest session that has candles. */
export type TickerRow = {
  readonly ticker: string
  readonly date: string | undefined
  readonly coveredUntil: number | undefined
  readonly lastAt: number | undefined
  readonly lastClose: number | undefined
  readonly previousClose: number | undefined
}
export const TickerRows = z.array(
  z.pipe(
    z.object({
      ticker: z.string(),
      session_date: Text,
      covered_until: Later,
      last_at: Later,
      last_close: Maybe,
      previous_close: Maybe,
    }),
    z.transform((row): TickerRow => ({
      ticker: row.ticker,
      date: row.session_date?.slice(0, 10),
      coveredUntil: row.covered_until,
      lastAt: row.last_at,
      lastClose: row.last_close,
      previousClose: row.previous_close,
    })),
  ),
)

/** A session in few points, `[time, close]`, oldest first. */
export type Sparkline = {
  readonly ticker: string
  readonly opensAt: number
  readonly closesAt: number
  readonly points: readonly (readonly [number, number])[]
}
export const Sparklines = z.array(
  z.pipe(
    z.object({ ticker: z.string(), opens_at: Instant, closes_at: Instant, points: z.array(z.tuple([z.number(), z.number()])) }),
    z.transform((row): Sparkline => ({
      ticker: row.ticker,
      opensAt: row.opens_at,
      closesAt: row.closes_at,
      points: row.points.map(([seconds, close]) => [seconds * 1000, close] as const),
    })),
  ),
)
