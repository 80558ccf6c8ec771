export type Unit = 'ms' | 's' | 'min' | 'bytes' | 'count' | 'per second' | 'times'

/** What is wanted of our figure, or of the ratio. */
export type Goal = { readonly of: 'ours' | 'ratio'; readonly is: 'at most' | 'at least'; readonly value: number }

/** One line of the table: the same thing measured of the pipeline and of what somebody would do instead. */
export type Row = {
  readonly benchmark: string
  readonly what: string
  readonly unit: Unit
  readonly better: 'less' | 'more'
  readonly ours: number | undefined
  /** Undefined where there is nothing to compare with, or it cannot be measured on this machine. */
  readonly other?: number | undefined
  /** What `other` is, if not the old design. */
  readonly against?: string
  readonly goal?: Goal
}

/** How many times better ours is: above 1 it is better, below 1 it is worse. Undefined when one of the two is unknown or 0. */
export const ratioOf = ({ ours, other, better }: Row): number | undefined => {
  if (ours === undefined || other === undefined || ours === 0 || other === 0) return undefined
  return better === 'less' ? other / ours : ours / other
}

/** `met`, or how far from it; empty without a goal. */
export const verdictOf = (row: Row): string => {
  const { goal } = row
  if (goal === undefined) return ''
  const value = goal.of === 'ours' ? row.ours : ratioOf(row)
  if (value === undefined) return 'not measured'
  if (goal.is === 'at most' ? value <= goal.value : value >= goal.value) return 'met'
  if (goal.value === 0) return `not met: ${value} instead of 0`
  const factor = goal.is === 'at most' ? value / goal.value : goal.value / value
  return `not met: ${factor >= 10 ? factor.toFixed(0) : factor.toFixed(2)} times away`
}
