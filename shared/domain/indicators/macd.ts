import { ema } from './moving-averages.ts'
import { alignToEnd, type Series } from './series.ts'

/** Moving average convergence/divergence: `line` is fast − slow EMA, `signal` an EMA of the line, `histogram` their difference. */
export type Macd = { readonly line: Series; readonly signal: Series; readonly histogram: Series }

/** `fast` and `slow` (the longer one) as `ema` gives them over the same bars, each with its own seed; the signal is seeded by the mean of the line's first values. */
export const macd = (fast: Series, slow: Series, signalPeriod: number): Macd => {
  const line = difference(fast, slow)
  const signal = alignToEnd(
    ema(
      line.filter((value) => value !== null),
      signalPeriod,
    ),
    line.length,
  )
  return { line, signal, histogram: difference(line, signal) }
}

const difference = (minuends: Series, subtrahends: Series): Series =>
  minuends.map((minuend, index) => {
    const subtrahend = subtrahends[index] ?? null
    return minuend === null || subtrahend === null ? null : minuend - subtrahend
  })
