import * as z from 'zod'
import { OUTAGE_REASONS, type Outage, type TokenState } from '../domain/outage.ts'
import { MaybeSeconds, Seconds } from './supabase-times.ts'

/** An outage as the functions write it. */
export const OutageRow = z
  .object({
    id: z.string(),
    reason: z.enum(OUTAGE_REASONS),
    started_at: Seconds,
    dead_version: z.string(),
    announced_at: MaybeSeconds,
    reauthorized_at: MaybeSeconds,
    restored_at: MaybeSeconds,
    parked: z.number(),
    redriven: z.number(),
  })
  .transform((row): Outage => ({
    id: row.id,
    reason: row.reason,
    startedAt: row.started_at,
    deadVersion: row.dead_version,
    announcedAt: row.announced_at,
    reauthorizedAt: row.reauthorized_at,
    restoredAt: row.restored_at,
    parked: row.parked,
    redriven: row.redriven,
  }))

export const MaybeOutageRow = OutageRow.nullable().transform((outage) => outage ?? undefined)

/** A version of the secret, where there may be none. */
export const MaybeVersion = z
  .string()
  .nullable()
  .transform((version) => version ?? undefined)

/** What the database knows of the token, as the functions write it. */
export const TokenStateRow = z
  .object({
    dead_version: MaybeVersion,
    proven_version: MaybeVersion,
    logged_in_at: MaybeSeconds,
    news_at: MaybeSeconds,
    outages: z.array(OutageRow),
  })
  .transform((row): TokenState => ({
    deadVersion: row.dead_version,
    provenVersion: row.proven_version,
    loggedInAt: row.logged_in_at,
    newsAt: row.news_at,
    outages: row.outages,
  }))
