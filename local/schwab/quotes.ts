import { newYorkDate } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { type Answer, errorEnvelope, jsonAnswer } from './answer.ts'
import { type BarSource, isCandle } from './bar-source.ts'
import { hashOf } from './seeded-random.ts'

const FIELDS = ['all', 'fundamental', 'reference', 'extended', 'quote', 'regular']
/** The longest time without trading that a quote looks back over. */
const LOOK_BACK = 10 * 24 * HOUR

/** `GET /marketdata/v1/quotes`, once the caller is known. Symbols it lacks come back under `errors`. */
export const answerQuotes = (source: BarSource, query: URLSearchParams, now: number): Answer => {
  const symbols = [...new Set((query.get('symbols') ?? '').split(',').filter((symbol) => symbol !== ''))]
  if (symbols.length === 0) return errorEnvelope(400, 'Search combination should have min of 1.', 'symbols')
  const fields = (query.get('fields') ?? '').split(',').filter((field) => field !== '')
  if (!fields.every((field) => FIELDS.includes(field))) {
    return errorEnvelope(400, `valid fields should be any of ${FIELDS.join(',')} or empty value`, 'fields')
  }
  const invalidSymbols = symbols.filter((symbol) => !source.has(symbol))
  const quotes = symbols.filter((symbol) => source.has(symbol)).map((symbol) => [symbol, quoteOf(source, symbol, now)] as const)
  return jsonAnswer(200, { ...Object.fromEntries(quotes), ...(invalidSymbols.length > 0 && { errors: { invalidSymbols } }) })
}

const quoteOf = (source: BarSource, symbol: string, now: number) => ({
  assetMainType: 'EQUITY',
  symbol,
  quoteType: 'NBBO',
  realtime: true,
  ssid: hashOf(symbol),
  reference: { description: `${symbol} (simulated)`, exchange: 'Q', exchangeName: 'NASDAQ' },
  quote: tradesOf(source, symbol, now),
})

const tradesOf = (source: BarSource, symbol: string, now: number) => {
  const bars = source.bars(symbol, now - LOOK_BACK, now - MINUTE + 1).filter(isCandle)
  const last = bars.at(-1)
  if (last === undefined) return { securityStatus: 'Unknown' }
  const date = newYorkDate(last.at)
  const today = bars.filter((bar) => newYorkDate(bar.at) === date)
  const before = bars[bars.length - today.length - 1]
  return {
    lastPrice: last.close,
    mark: last.close,
    openPrice: today[0]?.open ?? last.open,
    highPrice: Math.max(...today.map((bar) => bar.high)),
    lowPrice: Math.min(...today.map((bar) => bar.low)),
    ...(before !== undefined && { closePrice: before.close, netChange: Math.round((last.close - before.close) * 1e4) / 1e4 }),
    totalVolume: today.reduce((sum, bar) => sum + bar.volume, 0),
    quoteTime: last.at + MINUTE,
    tradeTime: last.at + MINUTE,
    securityStatus: 'Normal',
  }
}
