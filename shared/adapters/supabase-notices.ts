import * as z from 'zod'
import { toIso } from '../domain/time.ts'
import type { Notices } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'

const Claim = z.object({ outcome: z.enum(['claimed', 'taken', 'published']) })

/** What was published, and who is about to. */
export const supabaseNotices = (rpc: Rpc): Notices => ({
  claimNotice: async (key, now, until) =>
    (await rpc('claim_notice', { p_key: key, p_now: toIso(now), p_until: toIso(until) }, Claim)).outcome,
  markPublished: async (key, now) => {
    await rpc('mark_published', { p_key: key, p_now: toIso(now) }, z.object({ key: z.string() }))
  },
})
