import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { CLAIM, type Plan } from '../../shared/domain/plan-jobs.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { CoverageBook } from '../../shared/ports.ts'
import type { RunTickDeps } from './tick-deps.ts'

/** Indicators that wait longer than this were left behind by a writer that died. */
export const DIRTY_AFTER = 5 * MINUTE

/** Claims the sessions of the full reads, then enqueues all. What the queue does not take is planned again: live windows at the next tick, full reads when their claim ends. */
export const enqueuePlan = async (plan: Plan, tick: number, { book, jobs, log }: RunTickDeps): Promise<void> => {
  await claim(plan.full, book, tick)
  const all = [...plan.live, ...plan.full]
  if (all.length === 0) return
  const failures = await jobs.send(all)
  const traceId = all[0]?.traceId
  log('jobs_enqueued', { live: plan.live.length, full: plan.full.length, count: all.length - failures.length, traceId })
  if (failures.length > 0) log('jobs_not_enqueued', { count: failures.length, reason: failures[0]?.reason, traceId })
}

/** Has the writer compute what these tickers' indicators still wait for. */
export const enqueueRecomputes = async (
  tickers: readonly string[],
  tick: number,
  { candles, newTraceId, log }: RunTickDeps,
): Promise<void> => {
  if (tickers.length === 0) return
  const traceId = newTraceId()
  const failures = await candles.send(
    tickers.map((ticker): CandleBatch => ({
      v: 1,
      kind: 'recompute',
      ticker,
      from: tick,
      to: tick,
      sessions: [],
      fetchedAt: tick,
      candles: [],
      traceId,
    })),
  )
  log('recomputes_enqueued', { count: tickers.length - failures.length, traceId })
  if (failures.length > 0) log('recompute_not_enqueued', { count: failures.length, reason: failures[0]?.reason, traceId })
}

const claim = async (jobs: readonly FetchJob[], book: CoverageBook, tick: number): Promise<void> => {
  const claims = jobs.flatMap((job) => job.sessions.map((session) => ({ ticker: job.ticker, session })))
  if (claims.length > 0) await book.claimSessions(claims, tick + CLAIM)
}
