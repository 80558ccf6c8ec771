import { type Answer, errorEnvelope, jsonAnswer, noSuchRoute } from './answer.ts'
import { answerInstead } from './faults/endpoint-answers.ts'
import type { GrantBook } from './grants.ts'
import { answerPriceHistory, emptyHistory, type PriceHistoryContext } from './price-history.ts'
import { answerQuotes } from './quotes.ts'

type Context = PriceHistoryContext & { readonly grants: GrantBook }

/**
 * `GET /marketdata/v1/…`: the faults of the way there, then the caller's token, then the answer.
 * @param requestsThisMinute with this one
 */
export const answerMarketData = (context: Context, url: URL, authorization: string | undefined, requestsThisMinute: number): Answer => {
  const { faults } = context
  const symbols = (url.searchParams.get('symbol') ?? url.searchParams.get('symbols') ?? '').split(',')
  const fault = faults.play('data-endpoint', (set) => set.symbols === undefined || symbols.some((symbol) => set.symbols?.includes(symbol)))
  const real = (): Answer => realAnswer(context, url, authorization, requestsThisMinute)
  if (fault === undefined) return real()
  return answerInstead(fault.answer, {
    path: url.pathname,
    seconds: fault.seconds,
    keep: fault.keep,
    since: fault.since ?? 0,
    real,
    empty: () => (url.pathname.endsWith('/pricehistory') ? emptyHistory(symbols[0] ?? '') : jsonAnswer(200, {})),
  })
}

const realAnswer = (context: Context, url: URL, authorization: string | undefined, requestsThisMinute: number): Answer => {
  const { faults, grants, bars, clock } = context
  if (faults.play('rate-limit', ({ perMinute }) => requestsThisMinute > perMinute) !== undefined) {
    return jsonAnswer(429, { message: 'Too many requests' })
  }
  const [, token = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? []
  if (faults.play('expire-access', () => grants.isAccessGood(token)) !== undefined) grants.expireAccess(token)
  if (!grants.isAccessGood(token)) return errorEnvelope(401, 'Client not authorized')
  if (url.pathname === '/marketdata/v1/pricehistory') return answerPriceHistory(context, url.searchParams)
  if (url.pathname === '/marketdata/v1/quotes') return answerQuotes(bars, url.searchParams, clock())
  return noSuchRoute(url.pathname)
}
