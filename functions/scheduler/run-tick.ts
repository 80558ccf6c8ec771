import { nextSession, sessionAt, sessionsBetween } from '../../shared/domain/calendar.ts'
import { missingMinutes } from '../../shared/domain/missing-minutes.ts'
import { morningRead } from '../../shared/domain/morning-read.ts'
import { LONGEST_REACH } from '../../shared/domain/reach.ts'
import { planJobs, type Plan, type PlanInput } from '../../shared/domain/plan-jobs.ts'
import type { Session } from '../../shared/domain/session.ts'
import { HOUR, MINUTE, minuteOf, toIso } from '../../shared/domain/time.ts'
import { DIRTY_AFTER, enqueuePlan, enqueueRecomputes } from './enqueue.ts'
import { publishFreshness } from './freshness.ts'
import { publishSplits } from './publish-splits.ts'
import { reportMinute } from './report-minute.ts'
import { restoreFeed } from './restore-feed.ts'
import type { RunTickDeps } from './tick-deps.ts'
import { isTokenDead } from './token-dead.ts'
import { judge } from './verdicts.ts'

/** What a tick did. `nextDueAt` (ISO 8601): before it no tick will find anything to do. */
export type TickResult = { readonly live: number; readonly full: number; readonly recomputes: number; readonly nextDueAt: string }

/** While an outage waits to be made good it is looked at so often outside of sessions. */
const RESTORE_EVERY = 10 * MINUTE

/** One minute of the scheduler: reads what is missing and enqueues it, within the budget. While the token is dead it only reports. */
export const runTick = async (deps: RunTickDeps): Promise<TickResult> => {
  const { calendar, config, log } = deps
  const tick = minuteOf(deps.clock())
  // Counted beside the rest: what waits now is what the minutes before have left.
  const depths = deps.queues.depths()
  const horizon = tick - config.horizonDays * 24 * HOUR
  const reachable = sessionsBetween(calendar, Math.min(horizon, tick - LONGEST_REACH), tick)
  const open = sessionAt(calendar, tick)
  // One that opens with this very tick has no full minute yet: it is still to come.
  const nextOpensAt = nextSession(calendar, tick - 1)?.opensAt
  log('market_hours_check', { open: open !== undefined, sessions: reachable.filter(({ closesAt }) => closesAt > horizon).length })
  // Before the database is asked: if it is down at night, that is no stale feed.
  if (open === undefined) log('freshness_published', { freshnessSeconds: 0, inSession: false })
  const question = { tick, tickers: config.tickers, sessions: reachable, since: horizon, dirtyBefore: tick - DIRTY_AFTER }
  const state = await deps.book.beginTick({ ...question, settle: morningRead(tick, reachable, nextOpensAt) })
  if (!state.claimed) {
    log('tick_already_taken', { tick: toIso(tick) })
    return { live: 0, full: 0, recomputes: 0, nextDueAt: toIso(tick + MINUTE) }
  }
  const since = state.since ?? horizon
  const sessions = reachable.filter(({ closesAt }) => closesAt > since)
  const dead = await isTokenDead(state.token, deps.secret)
  const { wanted, setAside, asked, mayAsk, hasNews } = await judge(tick, sessions, state, dead, deps)
  const missing = missingMinutes({ tick, tickers: wanted, sessions, incomplete: state.incomplete, limits: config })
  log('missing_minutes_published', { count: missing })
  const rows = { incomplete: state.incomplete.filter(mayAsk), unsettled: state.unsettled.filter(mayAsk) }
  const plan = dead ? nothing(tick, open, nextOpensAt) : planTick({ tick, tickers: asked, sessions, nextOpensAt }, rows, deps)
  await enqueuePlan(plan, tick, deps)
  await enqueueRecomputes(state.dirty, tick, deps)
  const freshnessSeconds = open === undefined ? 0 : await publishFreshness(tick, open, state, deps)
  await publishSplits(state.splits, deps)
  const waits = await restoreFeed(state.token, { sessions, horizon, setAside }, tick, deps)
  const jobs = { liveJobs: plan.live.length, fullJobs: plan.full.length }
  const line = { inSession: open !== undefined, freshnessSeconds, missing, ...jobs }
  await reportMinute(tick, line, { tickers: config.tickers, sessions, nextOpensAt }, await depths, deps)
  const restoreDueAt = waits ? tick + (open === undefined ? RESTORE_EVERY : MINUTE) : Infinity
  const nextDueAt = state.dirty.length > 0 || hasNews ? tick + MINUTE : Math.min(plan.nextDueAt, restoreDueAt)
  return { live: plan.live.length, full: plan.full.length, recomputes: state.dirty.length, nextDueAt: toIso(nextDueAt) }
}

const planTick = (
  what: Pick<PlanInput, 'tick' | 'tickers' | 'sessions' | 'nextOpensAt'>,
  rows: Pick<PlanInput, 'incomplete' | 'unsettled'>,
  { config, newTraceId }: RunTickDeps,
): Plan => planJobs({ ...what, ...rows, limits: config, traceId: newTraceId() })

/** Nothing can be fetched; the age of the newest candle is still told, each minute of a session. */
const nothing = (tick: number, open: Session | undefined, opensAt = Infinity): Plan => ({
  live: [],
  full: [],
  nextDueAt: open === undefined ? Math.min(opensAt + MINUTE, tick + HOUR) : tick + MINUTE,
})
