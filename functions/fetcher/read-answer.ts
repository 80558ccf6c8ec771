import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { HARMLESS, unreadableMinutes } from '../../shared/domain/unreadable-minutes.ts'
import { validateCandles, type RawCandle } from '../../shared/domain/validate-candles.ts'
import { askAgain } from './ask-again.ts'
import { doubtfulSessions, singleSessionJob } from './doubtful-sessions.ts'
import type { FetchDeps } from './fetch-deps.ts'
import { liveHoles } from './live-holes.ts'

/** What Schwab sent for one job, and when it was asked. */
export type RawAnswer = { readonly raw: readonly RawCandle[]; readonly fetchedAt: number }

/** Makes a batch of an answer: what can be stored, and the sessions that it speaks for. What it leaves in doubt is asked for again by itself. */
export const readAnswer = async (
  job: FetchJob,
  { raw, fetchedAt }: RawAnswer,
  deps: Pick<FetchDeps, 'clock' | 'jobs'>,
  log: Log,
): Promise<CandleBatch | 'nothing'> => {
  const { kind, ticker, from, to, traceId } = job
  const now = deps.clock()
  const { candles, rejected } = validateCandles(raw, job, job.sessions, now)
  log('price_history_fetched', { ticker, kind, candles_count: candles.length, traceId })
  for (const [reason, group] of Map.groupBy(rejected, (rejection) => rejection.reason)) {
    log('candles_rejected', { ticker, reason, count: group.length, traceId })
  }
  const doubtful = new Set(job.sessions.length > 1 ? doubtfulSessions(job.sessions, candles, to) : [])
  await askAgain([...[...doubtful].map((session) => singleSessionJob(job, session)), ...liveHoles(job, candles, now)], deps.jobs, log)
  // An answer of nothing but bad bars is no answer: it must not pass for a session without trade.
  const spoiled = candles.length === 0 && raw.length > 0 && rejected.some(({ reason }) => !HARMLESS.has(reason))
  const sessions = spoiled ? [] : job.sessions.filter((session) => !doubtful.has(session))
  if (candles.length === 0 && (kind === 'live' || sessions.length === 0)) return 'nothing'
  const unreadable = unreadableMinutes({ candles, rejected }, job, sessions, now)
  const batch = { v: 1, kind, ticker, from, to, sessions, fetchedAt, candles, traceId } as const
  return unreadable.length === 0 ? batch : { ...batch, unreadable: [...unreadable] }
}
