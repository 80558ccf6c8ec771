import { newYorkText } from '../domain/new-york.ts'
import type { Outage } from '../domain/outage.ts'
import { toIso } from '../domain/time.ts'
import { OUTAGE_TEXTS } from './outage-texts.ts'
import { linkFacts } from './ticket.ts'
import type { MailFacts } from './token-deps.ts'

const MAX_TICKERS = 50

/**
 * What ReauthRequired and ReauthReminder say of an outage.
 * @param newestCandle when the newest stored candle ended; undefined before the first, `unknown` while the database is down
 * @param now when the mail is written
 */
export const outageDetail = (
  outage: Pick<Outage, 'id' | 'reason' | 'startedAt' | 'parked'>,
  newestCandle: number | 'unknown' | undefined,
  { reauthUrl, signingKey, tickers }: MailFacts,
  now: number,
) => ({
  outageId: outage.id,
  since: toIso(outage.startedAt),
  sinceText: newYorkText(outage.startedAt),
  reason: outage.reason,
  why: OUTAGE_TEXTS[outage.reason],
  ...(typeof newestCandle === 'number' && { lastGoodCandle: toIso(newestCandle) }),
  lastGoodCandleText: lastGoodCandleText(newestCandle),
  tickers: tickers.slice(0, MAX_TICKERS),
  tickerCount: tickers.length,
  parkedJobs: outage.parked,
  ...linkFacts(reauthUrl, `outage:${outage.id}`, signingKey, now),
})

const lastGoodCandleText = (newestCandle: number | 'unknown' | undefined): string => {
  if (newestCandle === 'unknown') return 'not known, because the database does not answer'
  return newestCandle === undefined ? 'none is stored yet' : newYorkText(newestCandle)
}
