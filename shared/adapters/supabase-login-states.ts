import * as z from 'zod'
import { toIso } from '../domain/time.ts'
import type { LoginStates } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'
import { Seconds } from './supabase-times.ts'

const Taken = z.object({
  outcome: z.enum(['taken', 'unknown', 'used', 'expired', 'foreign']),
  subject: z
    .string()
    .nullable()
    .transform((subject) => subject ?? undefined),
})

/** The states of logins that were begun; those that ended more than a day ago are forgotten. */
export const supabaseLoginStates = (rpc: Rpc): LoginStates => ({
  putState: async ({ stateHash, browserHash, subject, now, expiresAt }) => {
    const args = {
      p_state_hash: stateHash,
      p_browser_hash: browserHash,
      p_subject: subject,
      p_now: toIso(now),
      p_expires_at: toIso(expiresAt),
    }
    await rpc('put_login_state', args, z.object({ expires_at: Seconds }))
  },
  takeState: ({ stateHash, browserHash, now }) =>
    rpc('take_login_state', { p_state_hash: stateHash, p_browser_hash: browserHash, p_now: toIso(now) }, Taken),
})
