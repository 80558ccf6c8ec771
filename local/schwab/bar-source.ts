import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'

/**
 * A bar as its source has it. A recorded one may lack a field or have something else where a number belongs, and its minute may stand
 * there twice: it goes out on the wire so, and what reads answers of Schwab rejects and counts it.
 */
export type SourceBar = { readonly at: number } & { readonly [field in 'open' | 'high' | 'low' | 'close' | 'volume']?: unknown }

export const isCandle = (bar: SourceBar): bar is Candle =>
  [bar.open, bar.high, bar.low, bar.close, bar.volume].every((value) => Number.isFinite(value))

/** Where the simulator takes its bars from. The same arguments give the same answer, whatever was asked before. */
export type BarSource = {
  /** The symbols it knows, sorted. */
  readonly tickers: readonly string[]
  has(ticker: string): boolean
  /** The bars that open in `from <= at < to` (epoch milliseconds), sorted, with those outside regular hours. None for an unknown symbol. */
  bars(ticker: string, from: number, to: number): readonly SourceBar[]
  /** The regular session of a New York date (`YYYY-MM-DD`); undefined on a day without one. */
  sessionOn(date: string): Session | undefined
}

/** A source whose bars are all as they should be. */
export type CandleSource = Omit<BarSource, 'bars'> & { bars(...asked: Parameters<BarSource['bars']>): readonly Candle[] }
