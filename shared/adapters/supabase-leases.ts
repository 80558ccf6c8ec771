import * as z from 'zod'
import { toIso } from '../domain/time.ts'
import type { Leases } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'

/** Leases as rows: one for each name, whose holder is replaced when its time has run out. */
export const supabaseLeases = (rpc: Rpc): Leases => ({
  takeLease: async (name, holder, now, until) => {
    const args = { p_name: name, p_holder: holder, p_now: toIso(now), p_until: toIso(until) }
    return (await rpc('take_lease', args, z.object({ taken: z.boolean() }))).taken
  },
  releaseLease: async (name, holder) => {
    await rpc('release_lease', { p_name: name, p_holder: holder }, z.object({ released: z.boolean() }))
  },
})
