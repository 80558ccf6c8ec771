/** One regular trading session. Times are epoch milliseconds; `closesAt` is exclusive: the last bar opens one minute before it. */
export type Session = {
  /** The date in New York, `YYYY-MM-DD`. */
  readonly date: string
  readonly opensAt: number
  readonly closesAt: number
}

/** A half-open span of time, epoch milliseconds: `from` is in it, `to` is not. */
export type Window = { readonly from: number; readonly to: number }
