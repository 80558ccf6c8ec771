import type { SupabaseClient } from '@supabase/supabase-js'
import * as z from 'zod'
import { toIso } from '../shared/domain/time.ts'

/** What the run's own report needs of the database. */
export type Stored = {
  /** The bars' opens, epoch milliseconds, sorted. */
  readonly candleTimes: (ticker: string, window?: { readonly from: number; readonly to: number }) => Promise<readonly number[]>
  /** New York dates, `YYYY-MM-DD`. */
  readonly completeSessions: (ticker: string) => Promise<readonly string[]>
  readonly indicatorCount: (ticker: string) => Promise<number>
}

/** Hosted or embedded, a select ends at 1,000 rows. */
const PAGE = 1000

const Times = z.array(
  z.object({ timestamp: z.string().transform((text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))) }),
)
const Dates = z.array(z.object({ session_date: z.string().transform((text) => text.slice(0, 10)) }))

export const stored = (client: SupabaseClient): Stored => ({
  candleTimes: async (ticker, window) => {
    const times: number[] = []
    for (let after = window === undefined ? '1970-01-01T00:00:00Z' : toIso(window.from - 1); ;) {
      let query = client.from('equity_data').select('timestamp').eq('ticker', ticker).gt('timestamp', after)
      if (window !== undefined) query = query.lt('timestamp', toIso(window.to))
      const page = Times.parse(unwrap(await query.order('timestamp').limit(PAGE)))
      times.push(...page.map((row) => row.timestamp))
      const last = times.at(-1)
      if (page.length < PAGE || last === undefined) return times
      after = toIso(last)
    }
  },
  completeSessions: async (ticker) => {
    const query = client.from('session_coverage').select('session_date').eq('ticker', ticker).not('completed_at', 'is', null)
    return Dates.parse(unwrap(await query.order('session_date', { ascending: false }).limit(PAGE))).map((row) => row.session_date)
  },
  indicatorCount: async (ticker) => {
    const { count, error } = await client.from('indicators').select('ticker', { count: 'exact', head: true }).eq('ticker', ticker)
    if (error !== null || count === null) throw new Error(`the indicators cannot be counted: ${error?.message ?? 'no count'}`)
    return count
  },
})

const unwrap = ({ data, error }: { readonly data: unknown; readonly error: { readonly message: string } | null }): unknown => {
  if (error !== null) throw new Error(`the database does not answer: ${error.message}`)
  return data
}
