import { computeIndicators, type IndicatorRow } from '../../shared/domain/indicators.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import type { Session } from '../../shared/domain/session.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { validateCandles } from '../../shared/domain/validate-candles.ts'
import type { MarketData, SecretVersions } from '../../shared/ports.ts'

export type OldDesignDeps = {
  readonly tickers: readonly string[]
  readonly secret: Pick<SecretVersions, 'current'>
  readonly marketData: MarketData
  readonly write: (ticker: string, candles: readonly Candle[], indicators: readonly IndicatorRow[]) => Promise<void>
}

/**
 * A minute of the design that the pipeline replaces: for one ticker after the other the secret is read, the whole day fetched and
 * computed, and every row written. It has the pipeline's own adapters, checks and indicators.
 * @returns the rows that were written, candles and indicators
 */
export const readMinute = async (
  tick: number,
  session: Session,
  { tickers, secret, marketData, write }: OldDesignDeps,
): Promise<number> => {
  const { signal } = new AbortController()
  let rows = 0
  for (const ticker of tickers) {
    const { accessToken } = parseToken((await secret.current()).value)
    const raw = await marketData.priceHistory(ticker, { from: session.opensAt, to: tick }, accessToken, { signal })
    const { candles } = validateCandles(raw, { from: session.opensAt, to: tick }, [session], tick)
    const indicators = computeIndicators(candles, session.opensAt)
    await write(ticker, candles, indicators)
    rows += candles.length + indicators.length
  }
  return rows
}
