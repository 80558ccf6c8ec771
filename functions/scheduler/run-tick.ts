import type { Calendar } from '../../shared/domain/calendar.ts'
import { nextSession, sessionAt, sessionsBetween } from '../../shared/domain/calendar.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import type { PipelineConfig } from '../../shared/domain/pipeline-config.ts'
import { CLAIM, planJobs, type Plan } from '../../shared/domain/plan-jobs.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE, minuteOf, toIso } from '../../shared/domain/time.ts'
import type { CandleQueue, Clock, CoverageBook, JobQueue, TickState } from '../../shared/ports.ts'

export type RunTickDeps = {
  readonly clock: Clock
  readonly calendar: Calendar
  readonly config: Pick<PipelineConfig, 'tickers' | 'requestsPerMinute' | 'backfillPerMinute' | 'overlapMinutes' | 'horizonDays'>
  readonly book: CoverageBook
  readonly jobs: JobQueue
  readonly candles: CandleQueue
  readonly newTraceId: () => string
  readonly log: Log
}

/** What a tick did. `nextDueAt` (ISO 8601): before it no tick will find anything to do. */
export type TickResult = { readonly live: number; readonly full: number; readonly recomputes: number; readonly nextDueAt: string }

/** Indicators that wait longer than this were left behind by a writer that died. */
const DIRTY_AFTER = 5 * MINUTE

/** One minute of the scheduler: reads what is missing and enqueues it, within the budget. */
export const runTick = async (deps: RunTickDeps): Promise<TickResult> => {
  const { calendar, config, log } = deps
  const tick = minuteOf(deps.clock())
  const sessions = sessionsBetween(calendar, tick - config.horizonDays * 24 * HOUR, tick)
  const open = sessionAt(calendar, tick)
  log('market_hours_check', { open: open !== undefined, sessions: sessions.length })
  const state = await deps.book.beginTick({ tick, tickers: config.tickers, sessions, dirtyBefore: tick - DIRTY_AFTER })
  if (!state.claimed) {
    log('tick_already_taken', { tick: toIso(tick) })
    return { live: 0, full: 0, recomputes: 0, nextDueAt: toIso(tick + MINUTE) }
  }
  const quarantined = new Set(state.quarantined)
  const plan = planJobs({
    tick,
    tickers: config.tickers.filter((ticker) => !quarantined.has(ticker)),
    sessions,
    nextOpensAt: nextSession(calendar, tick)?.opensAt,
    incomplete: state.incomplete.filter((row) => !quarantined.has(row.ticker)),
    limits: config,
    traceId: deps.newTraceId(),
  })
  await claim(plan.full, deps.book, tick)
  await enqueue(plan, deps)
  await recompute(state.dirty, tick, deps)
  publishFreshness(tick, open, state, log)
  const nextDueAt = state.dirty.length > 0 ? tick + MINUTE : plan.nextDueAt
  return { live: plan.live.length, full: plan.full.length, recomputes: state.dirty.length, nextDueAt: toIso(nextDueAt) }
}

const claim = async (jobs: readonly FetchJob[], book: CoverageBook, tick: number): Promise<void> => {
  const claims = jobs.flatMap((job) => job.sessions.map((session) => ({ ticker: job.ticker, session })))
  if (claims.length > 0) await book.claimSessions(claims, tick + CLAIM)
}

/** What the queue does not take is planned again: live windows at the next tick, full reads when their claim ends. */
const enqueue = async (plan: Plan, { jobs, log }: RunTickDeps): Promise<void> => {
  const all = [...plan.live, ...plan.full]
  if (all.length === 0) return
  const failures = await jobs.send(all)
  log('jobs_enqueued', { live: plan.live.length, full: plan.full.length, count: all.length - failures.length })
  if (failures.length > 0) log('jobs_not_enqueued', { count: failures.length, reason: failures[0]?.reason })
}

const recompute = async (tickers: readonly string[], tick: number, { candles, newTraceId, log }: RunTickDeps): Promise<void> => {
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
  if (failures.length > 0) log('recompute_not_enqueued', { count: failures.length, reason: failures[0]?.reason })
}

/** The newest candle's age in session, 0 outside: the one figure that shows every failure, whatever its cause. */
const publishFreshness = (tick: number, open: Session | undefined, state: TickState, log: Log): void => {
  const age = open === undefined ? 0 : tick - Math.max(open.opensAt, state.newestCoveredUntil ?? 0)
  log('freshness_published', { freshnessSeconds: Math.max(0, age) / 1000, inSession: open !== undefined })
}
