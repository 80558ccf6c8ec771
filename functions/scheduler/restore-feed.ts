import { sessionsBetween, type Calendar } from '../../shared/domain/calendar.ts'
import { PipelineError } from '../../shared/domain/errors.ts'
import type { Outage, TokenState } from '../../shared/domain/outage.ts'
import type { Session } from '../../shared/domain/session.ts'
import { newYorkText } from '../../shared/domain/new-york.ts'
import { LONGEST_REACH } from '../../shared/domain/reach.ts'
import { toIso } from '../../shared/domain/time.ts'
import { describeError } from '../../shared/lambda/log.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import { openOutage } from './token-dead.ts'
import type { RunTickDeps } from './tick-deps.ts'

type Asked = {
  /** Those that have opened: of the horizon, and since the oldest outage began, as far as Schwab may reach. */
  readonly sessions: readonly Session[]
  /** When the horizon begins, epoch milliseconds. */
  readonly horizon: number
  /** Tickers that are not waited for. */
  readonly setAside: readonly string[]
}

/**
 * Says of each outage that is over and made good that it is, oldest first. Nothing is said while the token is dead again: what that
 * costs belongs to the older ones as well.
 * @returns whether an outage is over and still waits to be made good
 */
export const restoreFeed = async (token: TokenState, asked: Asked, now: number, deps: RunTickDeps): Promise<boolean> => {
  const over = token.outages.filter(({ reauthorizedAt }) => reauthorizedAt !== undefined)
  if (over.length === 0 || openOutage(token) !== undefined) return false
  let waits = false
  for (const outage of over) {
    try {
      if (!(await restore(outage, asked, now, deps))) waits = true
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      deps.log('event_not_published', { type: 'FeedRestored', outageId: outage.id, ...describeError(error) })
      waits = true
    }
  }
  return waits
}

/** Published first, marked second: a crash in between is healed at the next tick, and its notice keeps the event from going out twice. */
const restore = async (outage: Outage, asked: Asked, now: number, deps: RunTickDeps): Promise<boolean> => {
  const { id: outageId, startedAt, announcedAt } = outage
  // The keeper has first to tell people of the outage, or to see that this is the first they hear of it: it looks only at what is not restored.
  if (announcedAt === undefined) return false
  const { tickers } = deps.config
  const sessions = asked.sessions.filter(({ closesAt }) => closesAt > startedAt)
  const recovery = await deps.tokens.recovery({ outageId, tickers, sessions, now, horizon: asked.horizon })
  if (recovery.missing > 0 || recovery.unproven > 0) return false
  const detail = {
    outageId,
    since: toIso(startedAt),
    sinceText: newYorkText(startedAt),
    restoredAt: toIso(now),
    missing: 0,
    backfilled: recovery.backfilled,
    unfetchable: recovery.unfetchable + outOfReach(startedAt, now, deps.calendar) * tickers.length,
    setAside: asked.setAside.slice(0, 50),
  } as const
  const outcome = await publishOnce(`feed-restored:${outageId}`, () => ({ type: 'FeedRestored', detail }), deps)
  if (outcome === 'taken') return false
  await deps.tokens.markRestored(outageId, now)
  deps.log('feed_restored', { outageId, backfilled: recovery.backfilled, unfetchable: detail.unfetchable })
  return true
}

/** How many sessions of the outage are older than any history of Schwab's. */
const outOfReach = (startedAt: number, now: number, calendar: Calendar): number =>
  sessionsBetween(calendar, startedAt, now - LONGEST_REACH).filter(({ closesAt }) => closesAt <= now - LONGEST_REACH).length
