import type { Candle } from '../../shared/domain/candle.ts'
import { AccessRefused, type PipelineError, SchwabUnavailable, UnknownSymbol } from '../../shared/domain/errors.ts'
import type { Window } from '../../shared/domain/session.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { RawCandle } from '../../shared/domain/validate-candles.ts'
import type { Clock, MarketData } from '../../shared/ports.ts'

export type MemoryMarketData = MarketData & {
  /** Bars of a ticker, which is known from then on; those of the same minute are replaced. */
  put(ticker: string, candles: readonly Candle[]): void
  /** Answers these bars as they are, once, whatever is asked of this ticker. */
  answerNext(ticker: string, bars: readonly RawCandle[]): void
  /** The next calls fail so, one error each. */
  failNext(...errors: readonly PipelineError[]): void
  /** From now on only this access token is taken; undefined: any. */
  acceptOnly(token: string | undefined): void
  /** Every call, in order. */
  readonly calls: readonly { readonly ticker: string; readonly window: Window; readonly accessToken: string }[]
}

/** A broker in memory. It tells a bar once its minute has ended by the clock, as Schwab does. */
export const memoryMarketData = (clock: Clock): MemoryMarketData => {
  const byTicker = new Map<string, Map<number, Candle>>()
  const prepared = new Map<string, readonly RawCandle[]>()
  const failures: PipelineError[] = []
  const calls: { ticker: string; window: Window; accessToken: string }[] = []
  let accepted: string | undefined

  return {
    calls,
    put: (ticker, candles) => {
      const bars = byTicker.get(ticker) ?? new Map<number, Candle>()
      for (const candle of candles) bars.set(candle.at, candle)
      byTicker.set(ticker, bars)
    },
    answerNext: (ticker, bars) => void prepared.set(ticker, bars),
    failNext: (...errors) => void failures.push(...errors),
    acceptOnly: (token) => {
      accepted = token
    },
    priceHistory: async (ticker, window, accessToken, { signal }) => {
      calls.push({ ticker, window, accessToken })
      if (signal.aborted) throw new SchwabUnavailable('the call was given up by its caller')
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      if (accepted !== undefined && accepted !== accessToken) throw new AccessRefused('the token is not the accepted one')
      const answer = prepared.get(ticker)
      prepared.delete(ticker)
      if (answer !== undefined) return answer
      const bars = byTicker.get(ticker)
      if (bars === undefined) throw new UnknownSymbol('no bars were put for the ticker')
      const told = [...bars.values()].filter(({ at }) => at >= window.from && at < window.to && at + MINUTE <= clock())
      return told
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, open, high, low, close, volume }) => ({ open, high, low, close, volume, datetime: at }))
    },
  }
}
