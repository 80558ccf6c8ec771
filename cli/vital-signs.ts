import type * as z from 'zod'
import { createClient } from '@supabase/supabase-js'
import { StoreUnavailable } from '../shared/domain/errors.ts'
import { StatusRows, TickerRows, TickRows } from './supabase-rows.ts'

/** What shows that the pipeline lives. Times are epoch milliseconds. Every call fails with StoreUnavailable. */
export type VitalSigns = {
  /** The last minute that the scheduler had for its own. */
  readonly newestTick: () => Promise<number | undefined>
  /** When each part last said how it is. */
  readonly statuses: () => Promise<readonly { readonly component: string; readonly updatedAt: number }[]>
  /** The tickers that have candles of the session of this date. */
  readonly tickersOn: (date: string) => Promise<readonly string[]>
}

/** `secretKey`: `sb_secret_…`. Each is tried once: who looks wants to know how it is now. */
export const supabaseVitalSigns = (url: string, secretKey: string): VitalSigns => {
  const client = createClient(url, secretKey, { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } })
  return {
    newestTick: async () => {
      const answer = await client.from('scheduler_ticks').select('minute').order('minute', { ascending: false }).limit(1).retry(false)
      return checked(TickRows, answer)[0]?.minute
    },
    statuses: async () =>
      checked(StatusRows, await client.from('pipeline_status').select('component,updated_at').order('component').limit(PAGE).retry(false)),
    tickersOn: async (date) => {
      const tickers: string[] = []
      for (let after = ''; ;) {
        const query = client.from('session_coverage').select('ticker').eq('session_date', date).not('covered_until', 'is', null)
        const page = checked(TickerRows, await query.gt('ticker', after).order('ticker').limit(PAGE).retry(false)).map(
          ({ ticker }) => ticker,
        )
        tickers.push(...page)
        const last = page.at(-1)
        if (last === undefined) return tickers
        after = last
      }
    },
  }
}

/** A select ends at 1,000 rows, embedded and hosted. */
const PAGE = 1000

type Answer = { readonly data: unknown; readonly status: number; readonly error: { readonly code: string } | null }

const checked = <Schema extends z.ZodType>(schema: Schema, { data, status, error }: Answer): z.output<Schema> => {
  if (error !== null)
    throw new StoreUnavailable(status === 0 ? 'the database does not answer' : `the database answers with status ${status}`)
  const result = schema.safeParse(data)
  if (!result.success) throw new StoreUnavailable('the database has other columns than this version reads: are all migrations applied?')
  return result.data
}
