import * as z from 'zod'
import { toIso } from '../domain/time.ts'
import type { StatusBoard } from '../ports.ts'
import type { Rpc } from './supabase-rpc.ts'
import { isoOrNull } from './supabase-times.ts'

/** What the dashboard is told of each minute. */
export const supabaseBoard = (rpc: Rpc): StatusBoard => ({
  recordMinute: async ({ minute, line, schedule }) => {
    const { tickers, sessions, nextOpensAt, cadenceMinutes } = schedule
    const args = {
      p_minute: toIso(minute),
      p_tick: {
        in_session: line.inSession,
        freshness_seconds: line.freshnessSeconds,
        missing: line.missing,
        live_jobs: line.liveJobs,
        full_jobs: line.fullJobs,
        queues: Object.fromEntries(
          Object.entries(line.queues).map(([name, { visible, inFlight, delayed }]) => [name, [visible, inFlight, delayed]]),
        ),
      },
      p_schedule: {
        tickers,
        sessions: sessions.map(({ date, opensAt, closesAt }) => [date, toIso(opensAt), toIso(closesAt)]),
        nextOpensAt: isoOrNull(nextOpensAt),
        cadenceMinutes,
      },
    }
    await rpc('record_minute', args, z.object({ minute: z.string() }))
  },
})
