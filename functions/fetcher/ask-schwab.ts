import { AccessRefused } from '../../shared/domain/errors.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { RawCandle } from '../../shared/domain/validate-candles.ts'
import type { FetchDeps } from './fetch-deps.ts'
import { takeCalls } from './take-calls.ts'

/**
 * One call, and one more if the token had ended; the second is taken from the budget like the first. A new token that is refused as
 * well is reported: that opens an outage if it was minted just now and is refused for a quote too.
 * Fails like MarketData and Tokens do; with DataRefused when the token is good for other data.
 */
export const askSchwab = async (
  job: FetchJob,
  token: string,
  deps: FetchDeps,
  signal: AbortSignal,
): Promise<readonly RawCandle[] | 'postponed'> => {
  const ask = (accessToken: string) => deps.marketData.priceHistory(job.ticker, job, accessToken, { signal, traceId: job.traceId })
  try {
    return await ask(token)
  } catch (error) {
    if (!(error instanceof AccessRefused)) throw error
  }
  const fresh = await deps.tokens.replaceRefused(token)
  if ((await takeCalls([job], deps)).jobs.size === 0) return 'postponed'
  try {
    return await ask(fresh)
  } catch (error) {
    if (error instanceof AccessRefused) await deps.tokens.replaceRefused(fresh)
    throw error
  }
}
