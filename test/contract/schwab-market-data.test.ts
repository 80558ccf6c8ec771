import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS } from '../../local/patience.ts'
import type { SchwabSimulator } from '../../local/schwab/start-schwab.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import type { MarketData } from '../../shared/ports.ts'
import { memoryMarketData } from '../fakes/memory-market-data.ts'
import { asWire, MARKET, sessionOn, startTestSchwab } from './schwab-simulator-setup.ts'

const { opensAt } = sessionOn('2026-03-10')
const noon = Date.parse('2026-03-10T16:00:00Z')
const never = { signal: new AbortController().signal }
type Subject = { readonly marketData: MarketData; readonly token: string }

let simulator: SchwabSimulator
beforeAll(async () => {
  ;({ schwab: simulator } = await startTestSchwab())
})
afterAll(() => simulator.stop())

const overHttp = (): Subject => ({
  marketData: schwab({ baseUrl: simulator.url, fetch, timeoutMs: PATIENCE_MS }),
  token: simulator.control.logIn().access_token,
})
const inMemory = (): Subject => {
  const marketData = memoryMarketData(() => noon)
  for (const ticker of MARKET.tickers) marketData.put(ticker, MARKET.bars(ticker, opensAt, noon + 3_600_000))
  marketData.acceptOnly('good')
  return { marketData, token: 'good' }
}

describe.each([
  ['Schwab over HTTP', overHttp],
  ['the memory fake', inMemory],
])('market data of %s', (_, make) => {
  it('gives the bars of the window as they are', async () => {
    const { marketData, token } = make()
    const window = { from: opensAt, to: opensAt + 3 * 60_000 }
    const bars = await marketData.priceHistory('QQQ', window, token, never)
    const inWindow = bars.filter(({ datetime }) => typeof datetime === 'number' && datetime < window.to)
    expect(inWindow).toEqual(asWire(MARKET.bars('QQQ', window.from, window.to)))
    expect(inWindow).toHaveLength(3)
  })

  it('has no bar whose minute has not ended', async () => {
    const { marketData, token } = make()
    const bars = await marketData.priceHistory('QQQ', { from: noon - 120_000, to: noon + 120_000 }, token, never)
    expect(bars.map(({ datetime }) => datetime)).toEqual([noon - 120_000, noon - 60_000])
  })

  it('is empty for a window without bars', async () => {
    const { marketData, token } = make()
    expect(await marketData.priceHistory('QQQ', { from: noon + 60_000, to: noon + 120_000 }, token, never)).toEqual([])
  })

  it('fails with UnknownSymbol, AccessRefused, and SchwabUnavailable when given up', async () => {
    const { marketData, token } = make()
    const window = { from: opensAt, to: noon }
    await expect(marketData.priceHistory('NOPE', window, token, never)).rejects.toMatchObject({ code: 'UNKNOWN_SYMBOL' })
    await expect(marketData.priceHistory('QQQ', window, 'bad', never)).rejects.toMatchObject({ code: 'ACCESS_REFUSED' })
    await expect(marketData.priceHistory('QQQ', window, token, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'SCHWAB_UNAVAILABLE',
    })
  })
})
