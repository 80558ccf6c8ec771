import * as z from 'zod/mini'
import { Instant, Later, Maybe } from './instants.ts'

export type OutageRow = {
  readonly id: string
  readonly reason: string
  readonly startedAt: number
  readonly announcedAt: number | undefined
  readonly reauthorizedAt: number | undefined
  readonly restoredAt: number | undefined
  readonly parked: number
  readonly redriven: number
  /** Minutes still missing; 0 when it is over. */
  readonly missing: number | undefined
}
export const OutageRows = z.array(
  z.pipe(
    z.object({
      id: z.string(),
      reason: z.string(),
      started_at: Instant,
      announced_at: Later,
      reauthorized_at: Later,
      restored_at: Later,
      parked: z.number(),
      redriven: z.number(),
      missing: Maybe,
    }),
    z.transform((row): OutageRow => ({
      id: row.id,
      reason: row.reason,
      startedAt: row.started_at,
      announcedAt: row.announced_at,
      reauthorizedAt: row.reauthorized_at,
      restoredAt: row.restored_at,
      parked: row.parked,
      redriven: row.redriven,
      missing: row.missing,
    })),
  ),
)

/** Something that was published: `kind` as `reauth-required`, `subject` a ticker or empty. */
export type EventRow = { readonly at: number; readonly kind: string; readonly subject: string }
export const EventRows = z.array(z.object({ at: Instant, kind: z.string(), subject: z.string() }))
