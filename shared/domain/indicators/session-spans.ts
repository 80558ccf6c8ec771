import type { Candle } from '../candle.ts'
import { addDays, newYorkDate, newYorkInstant } from '../new-york.ts'

/** So many bars of history bring what is smoothed from its seed to within 1e-8 of a longer history. */
const HISTORY = 300

/** What one session's indicators are computed over, as indexes of bars: history from `anchor`, the session from `open` until before `end`. */
export type SessionSpan = { readonly anchor: number; readonly open: number; readonly end: number }

/**
 * The sessions in sorted bars, each with its anchor: the first bar of the latest session that leaves at least 300 bars before the open,
 * else the first bar given. Bars are counted, never days.
 */
export const sessionSpans = (candles: readonly Candle[]): readonly SessionSpan[] => {
  const opens = sessionOpens(candles)
  return opens.map((open, index) => ({
    anchor: opens.findLast((earlier) => open - earlier >= HISTORY) ?? 0,
    open,
    end: opens[index + 1] ?? candles.length,
  }))
}

/** A date is looked up once for each session: until its midnight every bar is of the same. */
const sessionOpens = (candles: readonly Candle[]): readonly number[] => {
  const opens: number[] = []
  let endsAt = -Infinity
  for (const [index, { at }] of candles.entries()) {
    if (at < endsAt) continue
    opens.push(index)
    endsAt = newYorkInstant(addDays(newYorkDate(at), 1), '00:00')
  }
  return opens
}
