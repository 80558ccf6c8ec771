/** One value for each bar, null during warm-up. */
export type Series = readonly (number | null)[]

/** Puts the nulls of the warm-up before `values`, so that they line up with the last bars of `length`. */
export const alignToEnd = <T>(values: readonly T[], length: number): readonly (T | null)[] => [
  ...Array.from({ length: length - values.length }, () => null),
  ...values,
]
