import type { PGlite } from '@electric-sql/pglite'
import type { CandleSource } from '../../local/schwab/bar-source.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'

export type Seed = {
  readonly tickers: readonly string[]
  readonly bars: CandleSource
  /** Stored and proven complete. */
  readonly complete: readonly Session[]
  /** Stored until this moment. */
  readonly open?: { readonly session: Session; readonly until: number }
}

/** Stores what the pipeline would have stored by now: the very candles of the simulated Schwab, and their coverage. */
export const seed = async (db: PGlite, { tickers, bars, complete, open }: Seed): Promise<void> => {
  const parts = [
    ...complete.map((session) => ({ session, until: session.closesAt, isComplete: true })),
    ...(open === undefined ? [] : [{ ...open, isComplete: false }]),
  ]
  await db.exec('begin')
  for (const ticker of tickers) {
    await db.query('insert into public.ticker_revision (ticker, revision) values ($1, 1)', [ticker])
    for (const { session, until, isComplete } of parts) {
      const candles = bars.bars(ticker, session.opensAt, until)
      const last = candles.at(-1)
      await db.query(CANDLES, [ticker, columns(candles), toIso(until)])
      await db.query(INDICATORS, [ticker, toIso(session.opensAt), toIso(until)])
      await db.query(COVERAGE, [
        ticker,
        session.date,
        toIso(session.opensAt),
        toIso(session.closesAt),
        toIso(isComplete || last === undefined ? until : last.at + MINUTE),
        candles.length,
        isComplete ? toIso(session.closesAt + 30 * MINUTE) : null,
      ])
    }
  }
  await db.exec('commit')
}

const columns = (candles: readonly Candle[]): string =>
  JSON.stringify({
    t: candles.map(({ at }) => at),
    o: candles.map(({ open }) => open),
    h: candles.map(({ high }) => high),
    l: candles.map(({ low }) => low),
    c: candles.map(({ close }) => close),
    v: candles.map(({ volume }) => volume),
  })

const CANDLES = `
  insert into public.equity_data (ticker, "timestamp", open, high, low, close, volume, updated_at)
  select $1, to_timestamp(b.t / 1000.0), b.o, b.h, b.l, b.c, b.v, $3
  from jsonb_to_record($2::jsonb) as i (t float8[], o float8[], h float8[], l float8[], c float8[], v float8[])
  cross join lateral unnest(i.t, i.o, i.h, i.l, i.c, i.v) as b (t, o, h, l, c, v)`

/** Of the right size; nobody computes anything from them. */
const INDICATORS = `
  insert into public.indicators (ticker, "timestamp", sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14, bb_upper,
    bb_middle, bb_lower, atr14, "cross", revision)
  select ticker, "timestamp", close, close, close, close, close, close, close, close, close, close, close, close, 0, 1
  from public.equity_data where ticker = $1 and "timestamp" >= $2 and "timestamp" < $3`

const COVERAGE = `
  insert into public.session_coverage (ticker, session_date, opens_at, closes_at, covered_until, candles, audits, completed_at)
  values ($1, $2, $3, $4, $5, $6, 0, $7)`
