import type { SupabaseClient } from '@supabase/supabase-js'
import * as z from 'zod'
import { toIso } from '../shared/domain/time.ts'

/** What the run's own report needs of the database. */
export type Stored = {
  /** The bars' opens, epoch milliseconds, sorted. */
  readonly candleTimes: (ticker: string, window?: { readonly from: number; readonly to: number }) => Promise<readonly number[]>
  /** What is known of its sessions, newest first. */
  readonly sessions: (ticker: string) => Promise<readonly StoredSession[]>
  /** How many splits were applied. */
  readonly splitCount: () => Promise<number>
  readonly indicatorCount: (ticker: string) => Promise<number>
  /** Oldest first. */
  readonly outages: () => Promise<readonly StoredOutage[]>
  /** Tickers that a verdict sets aside, sorted. */
  readonly setAside: () => Promise<readonly string[]>
  /** What token-keeper says of the token: a word. */
  readonly tokenState: () => Promise<string | undefined>
}

/** `date`: New York, `YYYY-MM-DD`. `unreadable`: the opens of such minutes, epoch milliseconds. */
export type StoredSession = {
  readonly date: string
  readonly isComplete: boolean
  readonly isSuspect: boolean
  readonly unreadable: readonly number[]
}

/** Times are epoch milliseconds. */
export type StoredOutage = {
  readonly id: string
  readonly reason: string
  readonly startedAt: number
  readonly reauthorizedAt: number | undefined
  readonly restoredAt: number | undefined
}

/** Hosted or embedded, a select ends at 1,000 rows. */
const PAGE = 1000

const Instant = z.string().transform((text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')))
const Times = z.array(z.object({ timestamp: Instant }))
const Later = Instant.nullable().transform((at) => at ?? undefined)
const Sessions = z.array(
  z
    .object({
      session_date: z.string().transform((text) => text.slice(0, 10)),
      completed_at: Later,
      suspect: z.boolean(),
      unreadable: z.array(Instant),
    })
    .transform(({ session_date: date, completed_at, suspect, unreadable }): StoredSession => ({
      date,
      isComplete: completed_at !== undefined,
      isSuspect: suspect && completed_at === undefined,
      unreadable,
    })),
)
const Outages = z.array(
  z
    .object({ id: z.string(), reason: z.string(), started_at: Instant, reauthorized_at: Later, restored_at: Later })
    .transform(({ started_at: startedAt, reauthorized_at: reauthorizedAt, restored_at: restoredAt, ...rest }) => ({
      ...rest,
      startedAt,
      reauthorizedAt,
      restoredAt,
    })),
)
const Tickers = z.array(z.object({ ticker: z.string() }))
const TokenRows = z.array(z.object({ status: z.looseObject({ state: z.string() }) }))

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
  sessions: async (ticker) => {
    const query = client.from('session_coverage').select('session_date, completed_at, suspect, unreadable').eq('ticker', ticker)
    return Sessions.parse(unwrap(await query.order('session_date', { ascending: false }).limit(PAGE)))
  },
  splitCount: async () => {
    const { count, error } = await client.from('splits').select('ticker', { count: 'exact', head: true })
    if (error !== null || count === null) throw new Error(`the splits cannot be counted: ${error?.message ?? 'no count'}`)
    return count
  },
  indicatorCount: async (ticker) => {
    const { count, error } = await client.from('indicators').select('ticker', { count: 'exact', head: true }).eq('ticker', ticker)
    if (error !== null || count === null) throw new Error(`the indicators cannot be counted: ${error?.message ?? 'no count'}`)
    return count
  },
  outages: async () => {
    const query = client.from('outages').select('id, reason, started_at, reauthorized_at, restored_at')
    return Outages.parse(unwrap(await query.order('started_at').limit(PAGE)))
  },
  setAside: async () => {
    const query = client.from('verdicts').select('ticker').in('kind', ['unknown_symbol', 'refused_data']).not('decided_at', 'is', null)
    const rows = Tickers.parse(unwrap(await query.is('ended_at', null).order('ticker').limit(PAGE)))
    return [...new Set(rows.map(({ ticker }) => ticker))]
  },
  tokenState: async () =>
    TokenRows.parse(unwrap(await client.from('pipeline_status').select('status').eq('component', 'token')))[0]?.status.state,
})

const unwrap = ({ data, error }: { readonly data: unknown; readonly error: { readonly message: string } | null }): unknown => {
  if (error !== null) throw new Error(`the database does not answer: ${error.message}`)
  return data
}
