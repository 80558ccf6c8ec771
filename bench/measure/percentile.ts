/** The smallest value that at least `percent` of all values do not exceed (nearest rank). NaN without values. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return sorted[rank - 1] ?? NaN
}

export const median = (values: readonly number[]): number => percentile(values, 50)

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
