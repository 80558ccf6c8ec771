import { sessionsBetween } from '../../shared/domain/calendar.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import { calendar } from './market.ts'

/** Runs one statement. */
export type Execute = (sql: string, values?: readonly unknown[]) => Promise<unknown>

/** The sessions before `session`, the last `count` of them. */
export const sessionsBefore = (session: Session, count: number): readonly Session[] =>
  sessionsBetween(calendar, session.opensAt - (2 * count + 10) * 24 * 60 * MINUTE, session.opensAt - MINUTE).slice(-count)

/** The one bar of a minute of the made-up years. Whole numbers and halves: the database has the very same. */
export const madeUpBar = (at: number): Candle => {
  const price = 100 + ((at / MINUTE) % 50)
  return { at, open: price, high: price + 1, low: price - 1, close: price + 0.5, volume: 1000 }
}

export type Year = {
  readonly tickers: readonly string[]
  /** Stored in full. */
  readonly past: readonly Session[]
  readonly open: Session
  /** The current one is stored until this moment. */
  readonly until: number
}

/**
 * Stores made-up bars for all tickers, and rows of indicators of the usual size, by a few statements. The keys are built when the rows
 * are in, as a restore does.
 * @param connections both tables are filled at the same time where there are two
 */
export const storeYear = async (connections: readonly [Execute, Execute], { tickers, past, open, until }: Year): Promise<void> => {
  const [execute] = connections
  const spans = [...past, { ...open, closesAt: until }]
  const values = [tickers, spans.map(({ opensAt }) => toIso(opensAt)), spans.map(({ closesAt }) => toIso(closesAt - MINUTE))]
  await execute('truncate public.equity_data, public.indicators, public.ticker_revision, public.session_coverage')
  const fill = async (run: Execute, table: string, sql: string): Promise<void> => {
    await run(`alter table public.${table} drop constraint ${table}_pkey`)
    await run(sql, values)
    await run(`alter table public.${table} add primary key (ticker, "timestamp")`)
  }
  await Promise.all([fill(connections[0], 'equity_data', CANDLES), fill(connections[1], 'indicators', INDICATORS)])
  await execute('insert into public.ticker_revision (ticker, revision) select t, 1 from unnest($1::text[]) t', [tickers])
  await execute('vacuum (analyze)')
}

const MINUTES = `
  from unnest($1::text[]) t cross join unnest($2::timestamptz[], $3::timestamptz[]) as s (opens_at, last)
  cross join lateral generate_series(s.opens_at, s.last, interval '1 minute') m
  cross join lateral (select 100 + (date_part('epoch', m)::bigint / 60) % 50 as p) as price`

const CANDLES = `
  insert into public.equity_data (ticker, "timestamp", open, high, low, close, volume, updated_at)
  select t, m, p, p + 1, p - 1, p + 0.5, 1000, m ${MINUTES}`

const INDICATORS = `
  insert into public.indicators (ticker, "timestamp", sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14, bb_upper,
    bb_middle, bb_lower, atr14, "cross", revision)
  select t, m, p, p, p, p, p, p, p, p, p, p, p, p, 0, 1 ${MINUTES}`
