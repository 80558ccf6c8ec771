import * as z from 'zod/mini'
import { Day, Instant, Later, Maybe } from './instants.ts'

/** What the database computed of a bar; undefined where there is no value (yet). `cross`: 1 up, -1 down, else 0. */
const VALUES = [
  'sma9',
  'vwap',
  'ema12',
  'ema26',
  'macd',
  'macdSignal',
  'macdHistogram',
  'rsi14',
  'bbUpper',
  'bbMiddle',
  'bbLower',
  'atr14',
  'cross',
] as const
export type ValueName = (typeof VALUES)[number]

/** One minute of a ticker. `time`: the bar's open, epoch milliseconds. */
export type Bar = {
  readonly time: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
} & { readonly [Name in ValueName]: number | undefined }

/** `[time in epoch seconds, open, high, low, close, volume, …VALUES]`, as the view `chart_bars` gives it. */
const BarRow = z.pipe(
  z.array(z.nullable(z.number())),
  z.transform((row): Bar => {
    const at = (index: number): number | undefined => row[index] ?? undefined
    const price = (index: number): number => at(index) ?? Number.NaN
    return {
      time: price(0) * 1000,
      open: price(1),
      high: price(2),
      low: price(3),
      close: price(4),
      volume: price(5),
      sma9: at(6),
      vwap: at(7),
      ema12: at(8),
      ema26: at(9),
      macd: at(10),
      macdSignal: at(11),
      macdHistogram: at(12),
      rsi14: at(13),
      bbUpper: at(14),
      bbMiddle: at(15),
      bbLower: at(16),
      atr14: at(17),
      cross: at(18),
    }
  }),
)

/** A session of one ticker with its bars, oldest first. */
export type ChartSession = {
  readonly ticker: string
  readonly date: string
  readonly opensAt: number
  readonly closesAt: number
  /** The end of the last bar that Schwab returned. */
  readonly coveredUntil: number | undefined
  /** How many candles the database counted at the last read; more than there are bars means that some were taken away. */
  readonly candles: number
  /** Proven by audit: a minute without a bar is one without trade. */
  readonly isComplete: boolean
  /** Read in full after its close at least once: what Schwab has of it is stored, though that is not proven yet. */
  readonly isRead: boolean
  /** Minutes that Schwab speaks of and whose numbers cannot be read, epoch milliseconds. */
  readonly unreadable: readonly number[]
  /** New shares for an old one, where a split took effect with this session. */
  readonly split: number | undefined
  /** The last stored close from before this session. */
  readonly previousClose: number | undefined
  readonly bars: readonly Bar[]
  /** How new what was read is: the cursor for the next read. */
  readonly updatedAt: number | undefined
  readonly revision: number
}

export const ChartSessions = z.array(
  z.pipe(
    z.object({
      ticker: z.string(),
      session_date: Day,
      opens_at: Instant,
      closes_at: Instant,
      covered_until: Later,
      candles: z.number(),
      audits: z.number(),
      completed_at: Later,
      previous_close: Maybe,
      bars: z.array(BarRow),
      updated_at: Later,
      revision: z.number(),
      unreadable: z.array(Instant),
      split: Maybe,
    }),
    z.transform((row): ChartSession => ({
      ticker: row.ticker,
      date: row.session_date,
      opensAt: row.opens_at,
      closesAt: row.closes_at,
      coveredUntil: row.covered_until,
      candles: row.candles,
      isComplete: row.completed_at !== undefined,
      isRead: row.audits > 0,
      unreadable: row.unreadable,
      split: row.split,
      previousClose: row.previous_close,
      bars: row.bars,
      updatedAt: row.updated_at,
      revision: row.revision,
    })),
  ),
)

/** What is known of a session without its bars. */
export const SessionHeads = z.array(
  z.pipe(
    z.object({ covered_until: Later, candles: z.number(), audits: z.number(), completed_at: Later, unreadable: z.array(Instant) }),
    z.transform((row) => ({
      coveredUntil: row.covered_until,
      candles: row.candles,
      isComplete: row.completed_at !== undefined,
      isRead: row.audits > 0,
      unreadable: row.unreadable,
    })),
  ),
)

export const ChangedBars = z.array(z.object({ bar: BarRow, updated_at: Instant, revision: z.number() }))
