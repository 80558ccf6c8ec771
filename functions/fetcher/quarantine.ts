import type { Log } from '../../shared/domain/log-events.ts'
import { newYorkDate } from '../../shared/domain/new-york.ts'
import { HOUR, toIso } from '../../shared/domain/time.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import type { FetchDeps } from './fetch-deps.ts'

/** A ticker that Schwab does not know is left alone for so long. */
const QUARANTINE = 24 * HOUR

export type Quarantine = (ticker: string) => Promise<void>

/** Sets tickers aside: each once in a batch, however many jobs it has in it, and with one event a day. */
export const quarantining = ({ clock, budget, events, notices }: FetchDeps, log: Log): Quarantine => {
  const setAside = async (ticker: string): Promise<void> => {
    const now = clock()
    const until = toIso(now + QUARANTINE)
    await budget.quarantine(ticker, now + QUARANTINE)
    log('ticker_quarantined', { ticker, until })
    const key = `ticker-quarantined:${ticker}:${newYorkDate(now)}`
    await publishOnce(key, () => ({ type: 'TickerQuarantined', detail: { ticker, until } }), { notices, events, clock, log })
  }
  const done = new Map<string, Promise<void>>()
  return (ticker) => {
    const promise = done.get(ticker) ?? setAside(ticker)
    done.set(ticker, promise)
    return promise
  }
}
