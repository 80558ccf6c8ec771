import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'

/** Where the simulator takes its bars from. The same arguments give the same answer, whatever was asked before. */
export type BarSource = {
  /** The symbols it knows, sorted. */
  readonly tickers: readonly string[]
  has(ticker: string): boolean
  /** The bars that open in `from <= at < to` (epoch milliseconds), sorted, with those outside regular hours. None for an unknown symbol. */
  bars(ticker: string, from: number, to: number): readonly Candle[]
  /** The regular session of a New York date (`YYYY-MM-DD`); undefined on a day without one. */
  sessionOn(date: string): Session | undefined
}
