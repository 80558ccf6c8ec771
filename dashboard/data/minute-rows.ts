import * as z from 'zod/mini'
import { Instant } from './instants.ts'

export type QueueDepth = { readonly visible: number; readonly inFlight: number; readonly delayed: number }
/** The scheduler's line for one minute. */
export type MinuteLine = {
  readonly minute: number
  readonly inSession: boolean
  /** The newest candle's age; 0 outside sessions. */
  readonly freshnessSeconds: number
  /** Minutes of all sessions in the horizon that are still to be fetched. */
  readonly missing: number
  readonly liveJobs: number
  readonly fullJobs: number
  /** Calls to Schwab in the minute before. */
  readonly calls: number
  /** Candles that are new since the line before. */
  readonly stored: number
  /** By the queue's name; one that SQS did not count is left out. */
  readonly queues: Readonly<Record<string, QueueDepth>>
}
export const MinuteLines = z.array(
  z.pipe(
    z.object({
      minute: Instant,
      in_session: z.boolean(),
      freshness_seconds: z.number(),
      missing: z.number(),
      live_jobs: z.number(),
      full_jobs: z.number(),
      calls: z.number(),
      stored: z.number(),
      queues: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])),
    }),
    z.transform((row): MinuteLine => ({
      minute: row.minute,
      inSession: row.in_session,
      freshnessSeconds: row.freshness_seconds,
      missing: row.missing,
      liveJobs: row.live_jobs,
      fullJobs: row.full_jobs,
      calls: row.calls,
      stored: row.stored,
      queues: Object.fromEntries(
        Object.entries(row.queues).map(([name, [visible, inFlight, delayed]]) => [name, { visible, inFlight, delayed }]),
      ),
    })),
  ),
)
