import type { PostgrestError, SupabaseClient } from '@supabase/supabase-js'
import * as z from 'zod/mini'
import { type Bar, ChangedBars, type ChartSession, ChartSessions, SessionHeads } from './chart-rows.ts'
import { type CoverageDay, CoverageDays, CoverageSums } from './coverage-rows.ts'
import { Day } from './instants.ts'
import { type MinuteLine, MinuteLines } from './minute-rows.ts'
import { type EventRow, EventRows, type OutageRow, OutageRows } from './outage-rows.ts'
import { type Schedule, Statuses, type TokenStatus } from './status-rows.ts'
import { type Sparkline, Sparklines, type TickerRow, TickerRows } from './ticker-rows.ts'
import { type HeldVerdict, HeldVerdicts } from './verdict-rows.ts'

/** Everything that the page reads. Times are epoch milliseconds, dates `YYYY-MM-DD` in New York. Every call fails with DatabaseSilent. */
export type Database = {
  /** The newest `count` sessions, at most 30, of the ticker up to and with that of `date`, or up to the newest; oldest first. */
  readonly sessions: (ticker: string, count: number, date?: string) => Promise<readonly ChartSession[]>
  /** What of these bars has changed since they were read. */
  readonly changes: (session: ChartSession) => Promise<Changes>
  /** The next date that the ticker has a session of, or the one before; undefined when there is none. */
  readonly neighbour: (ticker: string, date: string, side: 'before' | 'after') => Promise<string | undefined>
  readonly tickers: () => Promise<readonly TickerRow[]>
  readonly sparklines: (tickers: readonly string[], date: string) => Promise<readonly Sparkline[]>
  /** From that day on. */
  readonly coverageSums: (from: string) => Promise<ReadonlyMap<string, string>>
  readonly coverageDays: (dates: readonly string[]) => Promise<readonly CoverageDay[]>
  /** Later than `after`, at most so many, oldest first. */
  readonly minutes: (after: number, count: number) => Promise<readonly MinuteLine[]>
  readonly statuses: () => Promise<{ readonly schedule: Schedule | undefined; readonly token: TokenStatus | undefined }>
  /** Newest first. */
  readonly outages: (count: number) => Promise<readonly OutageRow[]>
  readonly events: (count: number) => Promise<readonly EventRow[]>
  /** What is decided against tickers and still holds. */
  readonly held: () => Promise<readonly HeldVerdict[]>
}

export type Changes = {
  readonly bars: readonly Bar[]
  readonly updatedAt: number | undefined
  readonly revision: number
  readonly head: {
    readonly coveredUntil: number | undefined
    readonly candles: number
    readonly isComplete: boolean
    readonly isRead: boolean
    readonly unreadable: readonly number[]
  }
}

/** The database does not answer, or not as it should. */
export class DatabaseSilent extends Error {
  override readonly name = 'DatabaseSilent'
  /** Of HTTP; 0 when there was no answer at all. */
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** Selects end at 1,000 rows, embedded and hosted. */
const PAGE = 1000
const Dates = z.array(z.object({ session_date: Day }))
const TIMEOUT = 10_000

export const database = (client: SupabaseClient): Database => {
  const soon = () => AbortSignal.timeout(TIMEOUT)
  return {
    sessions: async (ticker, count, date) => {
      const asked = { p_ticker: ticker, p_count: count, ...(date !== undefined && { p_until: date }) }
      return read(ChartSessions, await client.rpc('chart_sessions', asked).abortSignal(soon())).toReversed()
    },
    changes: async ({ ticker, date, opensAt, closesAt, updatedAt, revision }) => {
      const [bars, heads] = await Promise.all([
        client
          .from('chart_bars')
          .select('bar,updated_at,revision')
          .eq('ticker', ticker)
          .gte('timestamp', new Date(opensAt).toISOString())
          .lt('timestamp', new Date(closesAt).toISOString())
          .or(updatedAt === undefined ? 'revision.gte.0' : `updated_at.gt.${new Date(updatedAt).toISOString()},revision.gt.${revision}`)
          .order('timestamp')
          .limit(PAGE)
          .abortSignal(soon()),
        client
          .from('session_coverage')
          .select('covered_until,candles,audits,completed_at,unreadable')
          .eq('ticker', ticker)
          .eq('session_date', date)
          .limit(1)
          .abortSignal(soon()),
      ])
      const changed = read(ChangedBars, bars)
      return {
        bars: changed.map(({ bar }) => bar),
        updatedAt: changed.reduce((newest, row) => Math.max(newest, row.updated_at), updatedAt ?? 0),
        revision: changed.reduce((newest, row) => Math.max(newest, row.revision), revision),
        head: read(SessionHeads, heads)[0] ?? { coveredUntil: undefined, candles: 0, isComplete: false, isRead: false, unreadable: [] },
      }
    },
    neighbour: async (ticker, date, side) => {
      const rows = client.from('session_coverage').select('session_date').eq('ticker', ticker).limit(1).abortSignal(soon())
      const ordered = rows.order('session_date', { ascending: side === 'after' })
      return read(Dates, await (side === 'after' ? ordered.gt('session_date', date) : ordered.lt('session_date', date)))[0]?.session_date
    },
    tickers: async () => {
      const all: TickerRow[] = []
      for (;;) {
        const page = await client
          .from('ticker_board')
          .select('*')
          .order('ticker')
          .range(all.length, all.length + PAGE - 1)
          .abortSignal(soon())
        const rows = read(TickerRows, page)
        all.push(...rows)
        if (rows.length < PAGE) return all
      }
    },
    sparklines: async (tickers, date) =>
      read(
        Sparklines,
        await client.from('ticker_sparklines').select('*').eq('session_date', date).in('ticker', tickers).abortSignal(soon()),
      ),
    coverageSums: async (from) => {
      const query = client.from('coverage_days').select('session_date,tickers,complete,candles,audits').gte('session_date', from)
      const rows = read(CoverageSums, await query.limit(PAGE).abortSignal(soon()))
      return new Map(
        rows.map(({ session_date: date, ...sums }) => [date, `${sums.tickers} ${sums.complete} ${sums.candles} ${sums.audits}`]),
      )
    },
    coverageDays: async (dates) =>
      read(CoverageDays, await client.from('coverage_days').select('session_date,cells').in('session_date', dates).abortSignal(soon())),
    minutes: async (after, count) => {
      const query = client.from('pipeline_minutes').select('*').gt('minute', new Date(after).toISOString())
      return read(MinuteLines, await query.order('minute', { ascending: false }).limit(count).abortSignal(soon())).toReversed()
    },
    statuses: async () =>
      read(Statuses, await client.from('pipeline_status').select('component,status,updated_at').limit(PAGE).abortSignal(soon())),
    outages: async (count) =>
      read(OutageRows, await client.from('outages').select('*').order('started_at', { ascending: false }).limit(count).abortSignal(soon())),
    events: async (count) =>
      read(EventRows, await client.from('pipeline_events').select('*').order('at', { ascending: false }).limit(count).abortSignal(soon())),
    held: async () => {
      const query = client.from('verdicts').select('ticker,kind,session_date').not('decided_at', 'is', null).is('ended_at', null)
      return read(HeldVerdicts, await query.order('ticker').limit(PAGE).abortSignal(soon()))
    },
  }
}

type Answer = { readonly data: unknown; readonly error: PostgrestError | null; readonly status: number }

const read = <Schema extends z.ZodMiniType>(schema: Schema, { data, error, status }: Answer): z.output<Schema> => {
  if (error !== null) throw new DatabaseSilent(status === 0 ? 'no answer' : `status ${status}`, status)
  const result = schema.safeParse(data)
  if (!result.success) throw new DatabaseSilent('an answer of another form: is the database older or newer than this page?', status)
  return result.data
}
