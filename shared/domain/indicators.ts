import type { Candle } from './candle.ts'
import { atr } from './indicators/atr.ts'
import { bollinger } from './indicators/bollinger.ts'
import { crosses, type Cross } from './indicators/cross.ts'
import { macd } from './indicators/macd.ts'
import { ema, sma } from './indicators/moving-averages.ts'
import { rsi } from './indicators/rsi.ts'
import { sessionSpans, type SessionSpan } from './indicators/session-spans.ts'
import { vwap } from './indicators/vwap.ts'

/** One bar's indicators, unrounded, in the unit of the price but for `rsi14` (0 to 100) and `cross`; null during warm-up. */
export type IndicatorRow = {
  /** The bar's open, epoch milliseconds. */
  readonly at: number
  readonly sma9: number | null
  readonly vwap: number | null
  readonly ema12: number | null
  readonly ema26: number | null
  readonly macd: number | null
  readonly macdSignal: number | null
  readonly macdHistogram: number | null
  readonly rsi14: number | null
  readonly bbUpper: number | null
  readonly bbMiddle: number | null
  readonly bbLower: number | null
  readonly atr14: number | null
  /** 1 where SMA9 goes above VWAP at this bar, -1 where it goes below. */
  readonly cross: Cross
}

/**
 * The indicators of every bar at or after `from` (epoch milliseconds).
 *
 * `candles` are one ticker's regular-session bars, sorted by time, beginning at the anchor of the session that `from` lies in, or at
 * the ticker's first bar where history is shorter. Each session is computed from its own anchor, so its values depend on the stored
 * bars alone and never on where a batch began.
 */
export const computeIndicators = (candles: readonly Candle[], from: number): readonly IndicatorRow[] =>
  sessionSpans(candles)
    .filter(({ end }) => (candles[end - 1]?.at ?? -Infinity) >= from)
    .flatMap((span) => sessionRows(candles, span).filter(({ at }) => at >= from))

const sessionRows = (candles: readonly Candle[], { anchor, open, end }: SessionSpan): readonly IndicatorRow[] => {
  const bars = candles.slice(anchor, end)
  const session = candles.slice(open, end)
  const history = open - anchor
  const closes = bars.map((bar) => bar.close)
  const averages = sma(closes, 9)
  const fast = ema(closes, 12)
  const slow = ema(closes, 26)
  const { line, signal, histogram } = macd(fast, slow, 9)
  const strengths = rsi(closes, 14)
  const bands = bollinger(closes, 20, 2)
  const ranges = atr(bars, 14)
  const prices = vwap(session)
  const sides = crosses(averages.slice(history), prices)
  return session.map(({ at }, index) => {
    const bar = history + index
    return {
      at,
      sma9: averages[bar] ?? null,
      vwap: prices[index] ?? null,
      ema12: fast[bar] ?? null,
      ema26: slow[bar] ?? null,
      macd: line[bar] ?? null,
      macdSignal: signal[bar] ?? null,
      macdHistogram: histogram[bar] ?? null,
      rsi14: strengths[bar] ?? null,
      bbUpper: bands[bar]?.upper ?? null,
      bbMiddle: bands[bar]?.middle ?? null,
      bbLower: bands[bar]?.lower ?? null,
      atr14: ranges[bar] ?? null,
      cross: sides[index] ?? 0,
    }
  })
}
