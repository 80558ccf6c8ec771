import { addDays, newYorkDate } from '../../shared/domain/new-york.ts'
import { HOUR, MINUTE } from '../../shared/domain/time.ts'
import { type Answer, errorEnvelope, jsonAnswer } from './answer.ts'
import type { BarSource, SourceBar } from './bar-source.ts'
import { tellBars, wireBars } from './faults/played-bars.ts'
import type { SchwabFaults } from './faults/schwab-faults.ts'
import { isBadParameter, parsePriceHistoryQuery } from './price-history-query.ts'
import type { Random } from './seeded-random.ts'

export type PriceHistoryContext = {
  readonly bars: BarSource
  readonly faults: SchwabFaults
  readonly clock: () => number
  readonly random: Random
}

/** `GET /marketdata/v1/pricehistory`, once the caller is known. */
export const answerPriceHistory = (context: PriceHistoryContext, query: URLSearchParams): Answer => {
  const { bars, faults, clock, random } = context
  const now = clock()
  const asked = parsePriceHistoryQuery(query, now, bars)
  if (isBadParameter(asked)) return errorEnvelope(400, asked.detail, asked.parameter)
  const { symbol } = asked
  if (!bars.has(symbol)) {
    return faults.play('unknown-symbol-empty') === undefined ? errorEnvelope(404, 'Symbol not found') : emptyHistory(symbol)
  }
  if (faults.play('closed-day-400', () => !holdsSession(bars, asked.startDate, asked.endDate)) !== undefined) {
    return errorEnvelope(400, 'The range holds no trading day', 'startDate')
  }
  const limit = faults.play('history-limit')
  const start = Math.max(asked.startDate, limit === undefined ? -Infinity : now - limit.days * 24 * HOUR)
  const around = (faults.play('extra-bars')?.hours ?? 0) * HOUR
  // A bar is told once its minute has ended: the newest one opened a minute ago.
  const end = Math.min(asked.endDate + around, now - MINUTE)
  const finished =
    asked.extendedHours || around > 0 ? bars.bars(symbol, start - around, end + 1) : regularBars(bars, symbol, start, end + 1)
  const candles = tellBars(finished, symbol, now, faults)
  return jsonAnswer(200, { candles: wireBars(candles, symbol, faults, random), symbol, empty: candles.length === 0 })
}

export const emptyHistory = (symbol: string): Answer => jsonAnswer(200, { candles: [], symbol, empty: true })

const regularBars = (source: BarSource, ticker: string, from: number, to: number): readonly SourceBar[] => {
  const spans = datesIn(from, to).flatMap((date) => {
    const session = source.sessionOn(date)
    return session === undefined ? [] : [source.bars(ticker, Math.max(from, session.opensAt), Math.min(to, session.closesAt))]
  })
  const [first] = spans
  return spans.length === 1 && first !== undefined ? first : spans.flat()
}

/** The range is a closed day's when it touches no date with a session of which anybody has a bar. */
const holdsSession = (source: BarSource, from: number, to: number): boolean =>
  datesIn(from, to).some((date) => {
    const session = source.sessionOn(date)
    return session !== undefined && source.tickers.some((ticker) => source.bars(ticker, session.opensAt, session.closesAt).length > 0)
  })

const datesIn = (from: number, to: number): readonly string[] => {
  const dates: string[] = []
  const last = newYorkDate(Math.max(from, to - 1))
  for (let date = newYorkDate(from); date <= last; date = addDays(date, 1)) dates.push(date)
  return dates
}
