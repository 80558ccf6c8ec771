/** A split that everything stored was brought to. */
export type AppliedSplit = {
  readonly ticker: string
  /** The first session on the new basis, New York. */
  readonly date: string
  /** New shares for an old one: 4 after 4:1, 0.1 after 1:10. */
  readonly ratio: number
  /** When the read was made that showed it, epoch milliseconds. */
  readonly noticedAt: number
}

/** Under this key the split is told once. */
export const splitKey = (ticker: string, date: string): string => `split-applied:${ticker}:${date}`
