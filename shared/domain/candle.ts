/** One minute of trading as Schwab sent it, unrounded. */
export type Candle = {
  /** The bar's open, epoch milliseconds, a whole minute. */
  readonly at: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Shares traded; 0 is valid. */
  readonly volume: number
}
