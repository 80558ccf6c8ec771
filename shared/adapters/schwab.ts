import * as z from 'zod'
import { AccessRefused, type PipelineError, RequestRejected, UnknownSymbol } from '../domain/errors.ts'
import type { MarketData } from '../ports.ts'
import { callSchwab, jsonOf, logFailure, type SchwabAnswer, type SchwabOptions } from './schwab-call.ts'
import { rateLimited, unavailable } from './schwab-refusals.ts'

/** Bars stay as they came: one broken bar must not cost the others. What is no object counts as a bar without fields. */
const PriceHistory = z.object({ candles: z.array(z.record(z.string(), z.unknown()).catch({})) })

/** An object with `errors` is the API itself speaking; in an outage the 400s and 404s of its gateways come without. */
const ErrorEnvelope = z.object({ errors: z.array(z.looseObject({})).min(1) })

/**
 * Schwab's market data API.
 * @see https://developer.schwab.com/products/trader-api--individual
 */
export const schwab = (options: SchwabOptions): MarketData => ({
  priceHistory: async (ticker, window, accessToken, purpose) => {
    // Without endDate the answer ends at the close of the business day before. Whether endDate is in the range is not promised:
    // `to` loses no bar either way, and the caller drops one that opens at `to`.
    const query = new URLSearchParams({
      symbol: ticker,
      periodType: 'day',
      frequencyType: 'minute',
      frequency: '1',
      startDate: String(window.from),
      endDate: String(window.to),
      needExtendedHoursData: 'false',
      needPreviousClose: 'false',
    })
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    const answer = await callSchwab(options, 'pricehistory', `/marketdata/v1/pricehistory?${query.toString()}`, { headers }, purpose)
    const now = (options.clock ?? Date.now)()
    if (answer.status !== 200) throw failureOf(answer, now)
    const parsed = PriceHistory.safeParse(jsonOf(answer.body))
    if (parsed.success) return parsed.data.candles
    logFailure(options.log, answer, 'unreadable')
    throw unavailable(answer, 'with a body that is no price history', now)
  },
})

const failureOf = (answer: SchwabAnswer, now: number): PipelineError => {
  const isFromApi = ErrorEnvelope.safeParse(jsonOf(answer.body)).success
  switch (answer.status) {
    case 401:
      return new AccessRefused('pricehistory: Schwab answered 401')
    case 429:
      return rateLimited(answer, now)
    case 404:
      return isFromApi
        ? new UnknownSymbol('pricehistory: Schwab does not know the symbol')
        : unavailable(answer, 'without the envelope of its API', now)
    case 400:
      return isFromApi
        ? new RequestRejected('pricehistory: Schwab answered 400: the request is wrong, or its range holds no trading day')
        : unavailable(answer, 'without the envelope of its API', now)
    default:
      return unavailable(answer, 'as in an outage', now)
  }
}
