import { cadenceMinutes } from '../shared/domain/plan-jobs.ts'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import { ASSUMED } from './assumed-month.ts'

export type Limits = Pick<PipelineConfig, 'requestsPerMinute' | 'backfillPerMinute' | 'overlapMinutes' | 'concurrency' | 'horizonDays'>

/** How often what happens in a month, before anybody asks how long it takes or what it costs. */
export type MonthOfWork = {
  /** Minutes between two visits to a ticker. */
  readonly cadence: number
  /** Calls to Schwab in a minute of a session, live ones. */
  readonly requestsPerMinute: number
  readonly minutes: number
  /** Minutes of the month in which a session is open. */
  readonly sessionMinutes: number
  /** Windows of an open session, one request each, and the batches they come in. */
  readonly live: { readonly reads: number; readonly batches: number }
  /** Reads of a whole session after its close. */
  readonly full: { readonly reads: number; readonly batches: number }
  readonly refreshes: number
  readonly redrives: number
  readonly pages: number
  /** Fetchers, and as many writers, that are warm in a session: no more than have something to do. */
  readonly environments: number
  /** Cold starts of a function that runs all day, and of one that runs in sessions. */
  readonly coldStarts: { readonly allDay: number; readonly inSession: number }
}

export const monthOfWork = (tickers: number, limits: Limits): MonthOfWork => {
  const a = ASSUMED
  const cadence = cadenceMinutes(tickers, limits)
  const requestsPerMinute = Math.ceil(tickers / cadence)
  const batchesInMinute = Math.ceil(requestsPerMinute / a.messagesInBatch)
  const minutes = a.daysInMonth * 24 * 60
  const sessionMinutes = a.sessionsInMonth * a.sessionMinutes
  const fullReads = tickers * a.fullReads
  const environments = Math.min(limits.concurrency, batchesInMinute)
  const livesInSession = Math.ceil(a.sessionMinutes / 60 / a.environmentHours)
  return {
    cadence,
    requestsPerMinute,
    minutes,
    sessionMinutes,
    live: { reads: Math.ceil((tickers * a.sessionMinutes) / cadence) * a.sessionsInMonth, batches: batchesInMinute * sessionMinutes },
    full: { reads: fullReads * a.sessionsInMonth, batches: Math.ceil(fullReads / a.messagesInBatch) * a.sessionsInMonth },
    refreshes: Math.ceil(minutes / a.minutesBetweenRefreshes),
    redrives: minutes / a.minutesBetweenRedrives,
    pages: a.loginsInMonth * a.pagesOfLogin,
    environments,
    coldStarts: {
      allDay: Math.ceil((a.daysInMonth * 24) / a.environmentHours),
      inSession: environments * livesInSession * a.sessionsInMonth,
    },
  }
}
