import { firstDisagreement, oracleIndicators } from '../../indicator-oracle.ts'
import type { World } from '../world.ts'

/** Indicators are a batch recompute over the stored candles, whatever the order was in which they came. */
export const checkIndicators = ({ store, tickers, violate }: World): void => {
  for (const ticker of tickers) {
    const wrong = firstDisagreement(store.state.indicators(ticker), oracleIndicators(store.state.candles(ticker)))
    if (wrong !== undefined) violate('indicators', `${ticker}: ${wrong}`)
  }
}
