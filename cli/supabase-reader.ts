import { createClient } from '@supabase/supabase-js'
import type * as z from 'zod'
import { toIso } from '../shared/domain/time.ts'
import { CommandFailed } from './command.ts'
import type { Reader } from './reader.ts'
import { CandleRows, CoverageRows, HeldRows, IndicatorRows, TickerRows, TimeRows } from './supabase-rows.ts'

/** A select ends at 1,000 rows, embedded and hosted; a project may set less, so only an empty page is the last. */
const PAGE = 1000
const CANDLE = 'timestamp,open,high,low,close,volume'
const INDICATORS = 'timestamp,sma9,vwap,ema12,ema26,macd,macd_signal,macd_histogram,rsi14,bb_upper,bb_middle,bb_lower,atr14,cross'

/** Reads over the REST interface, page by page behind the last key. `secretKey`: `sb_secret_…`. */
export const supabaseReader = (url: string, secretKey: string): Reader => {
  const client = createClient(url, secretKey, { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } })

  const slice = (table: 'equity_data' | 'indicators', columns: string, ticker: string, from: string, to: string) =>
    client.from(table).select(columns).eq('ticker', ticker).gte('timestamp', from).lt('timestamp', to).order('timestamp').limit(PAGE)

  return {
    tickers: () =>
      collect(
        pages(
          async (after) =>
            checked(url, TickerRows, await client.from('ticker_revision').select('ticker').gt('ticker', after).order('ticker').limit(PAGE)),
          '',
          ({ ticker }) => ticker,
        ),
      ).then((rows) => rows.map(({ ticker }) => ticker)),
    coverage: (ticker, fromDate) =>
      collect(
        pages(
          async (from) => {
            const query = client
              .from('session_coverage')
              .select('ticker,session_date,opens_at,closes_at,completed_at,unreadable,suspect')
              .eq('ticker', ticker)
            return checked(url, CoverageRows, await query.gt('session_date', from).order('session_date').limit(PAGE))
          },
          dayBefore(fromDate),
          ({ date }) => date,
        ),
      ),
    held: async (tickers) => {
      const query = client.from('verdicts').select('kind,ticker,session_date,first_at').in('ticker', tickers)
      const holding = query.not('decided_at', 'is', null).is('ended_at', null)
      return checked(url, HeldRows, await holding.order('ticker').order('kind').order('session_date').limit(PAGE))
    },
    barTimes: (ticker, { from, to }) =>
      collect(
        pages(
          async (next) => checked(url, TimeRows, await slice('equity_data', 'timestamp', ticker, next, toIso(to))),
          toIso(from),
          ({ timestamp }) => toIso(timestamp + 1),
        ),
      ).then((rows) => rows.map(({ timestamp }) => timestamp)),
    bars: async function* (ticker, { from, to }) {
      const candlePages = pages(
        async (next) => checked(url, CandleRows, await slice('equity_data', CANDLE, ticker, next, toIso(to))),
        toIso(from),
        ({ at }) => toIso(at + 1),
      )
      for await (const candles of candlePages) {
        const [first, last] = [candles[0], candles.at(-1)]
        if (first === undefined || last === undefined) return
        const rows = checked(url, IndicatorRows, await slice('indicators', INDICATORS, ticker, toIso(first.at), toIso(last.at + 1)))
        const byTime = new Map(rows.map((row) => [row.at, row]))
        yield candles.map((candle) => ({ candle, indicators: byTime.get(candle.at) }))
      }
    },
  }
}

/** Page after page, each beginning where `next` of the last row says, until one is empty. */
async function* pages<Row>(
  read: (from: string) => Promise<readonly Row[]>,
  from: string,
  next: (last: Row) => string,
): AsyncGenerator<readonly Row[]> {
  for (let key = from; ;) {
    const page = await read(key)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    key = next(last)
  }
}

const collect = async <Row>(source: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for await (const page of source) rows.push(...page)
  return rows
}

const dayBefore = (date: string): string => toIso(Date.parse(date) - 24 * 60 * 60_000).slice(0, 10)

type Answer = { readonly data: unknown; readonly status: number; readonly error: { readonly code: string } | null }

const checked = <Schema extends z.ZodType>(url: string, schema: Schema, { data, status, error }: Answer): z.output<Schema> => {
  if (error !== null) throw new CommandFailed(`the database at ${url} ${complaint(status, error.code)}`)
  const result = schema.safeParse(data)
  if (!result.success)
    throw new CommandFailed(`the database at ${url} has other columns than this version reads: are all migrations applied?`)
  return result.data
}

const complaint = (status: number, code: string): string => {
  if (status === 0) return 'does not answer'
  if (status === 401 || status === 403) return 'refuses the key: SUPABASE_SECRET_KEY is the one that begins with sb_secret_'
  if (code === 'PGRST205' || code === '42P01') return 'has no tables of the pipeline: apply the migrations first'
  return `answers with status ${status}${code ? `, code ${code}` : ''}`
}
