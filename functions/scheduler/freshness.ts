import { PipelineError } from '../../shared/domain/errors.ts'
import { newYorkText } from '../../shared/domain/new-york.ts'
import type { Session } from '../../shared/domain/session.ts'
import { MINUTE, toIso } from '../../shared/domain/time.ts'
import { usualFeedPause } from '../../shared/domain/verdicts.ts'
import { describeError } from '../../shared/lambda/log.ts'
import type { TickState } from '../../shared/ports.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import type { RunTickDeps } from './tick-deps.ts'
import { openOutage } from './token-dead.ts'

/** A figure above this, in session, is worth a mail; the alarm has the same limit. */
const STALE_AFTER = 5 * MINUTE

/**
 * The newest candle's age in session: the one figure that shows every failure, whatever its cause. Where even the ticker that trades most
 * is usually longer without a candle than five minutes, so much of the age is not counted. @returns it, in seconds
 */
export const publishFreshness = async (tick: number, open: Session, state: TickState, deps: RunTickDeps): Promise<number> => {
  const usual = Math.max(0, usualFeedPause(state.rhythms, open.opensAt) - STALE_AFTER)
  const since = Math.max(open.opensAt, state.newestCoveredUntil ?? 0)
  const freshnessSeconds = Math.max(0, tick - since - usual) / 1000
  deps.log('freshness_published', { freshnessSeconds, ageSeconds: Math.max(0, tick - since) / 1000, inSession: true })
  // After a login the first candles need a moment: until then their age is still that of the outage.
  const watchedFrom = Math.max(since, ...state.token.outages.map(({ reauthorizedAt }) => reauthorizedAt ?? 0))
  if (openOutage(state.token) === undefined && tick - watchedFrom > STALE_AFTER + usual) await publishStale(since, tick, deps)
  return freshnessSeconds
}

/** Once for each standstill: the moment it began names it. */
const publishStale = async (since: number, tick: number, deps: RunTickDeps): Promise<void> => {
  const freshnessSeconds = (tick - since) / 1000
  const detail = { since: toIso(since), sinceText: newYorkText(since), freshnessSeconds, tickerCount: deps.config.tickers.length }
  try {
    if ((await publishOnce(`feed-stale:${since}`, () => ({ type: 'FeedStale', detail }), deps)) === 'published')
      deps.log('feed_stale', { since: detail.since, freshnessSeconds })
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    deps.log('event_not_published', { type: 'FeedStale', ...describeError(error) })
  }
}
