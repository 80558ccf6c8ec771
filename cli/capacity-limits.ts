import { AUDIT_DELAY } from '../shared/domain/full-read-due.ts'
import { SESSIONS_PER_REQUEST } from '../shared/domain/plan-jobs.ts'
import { MINUTE } from '../shared/domain/time.ts'
import { ASSUMED } from './assumed-month.ts'
import { SUPABASE } from './database-load.ts'
import { estimateLoad } from './estimate-load.ts'
import type { Limits } from './month-of-work.ts'

/** Something that ends at a number of tickers. */
export type CapacityLimit = {
  readonly what: string
  /** The most tickers that stay within it. */
  readonly tickers: number
  /** What to do for more. */
  readonly advice: string
}

/** From a close at 16:00 to the next open at 09:30, New York time. */
const CLOSED_MINUTES = 17.5 * 60
/** The fetcher keeps one call of a minute back for the proof of a token, and takes it from the past's share. */
const KEPT_FOR_PROOF = 1
/** pipeline.yml refuses what would be visited less than once an hour. */
const LONGEST_CADENCE = 60
const MOST_TICKERS = 1_000_000

/** Full reads that fit into a minute. */
const fullReadsPerMinute = ({ backfillPerMinute }: Limits): number => Math.max(1, backfillPerMinute - KEPT_FOR_PROOF)

/** Minutes until the sessions that closed last have been read as often as proves them. */
export const auditMinutes = (tickers: number, limits: Limits): number =>
  Math.ceil((tickers * ASSUMED.fullReads) / fullReadsPerMinute(limits))

/** Minutes until all sessions of the horizon have been filled in for the first time and read once more, which proves them. */
export const fillingMinutes = (tickers: number, limits: Limits): number => {
  const sessions = Math.round((limits.horizonDays * ASSUMED.sessionsInMonth) / ASSUMED.daysInMonth)
  return Math.ceil((tickers * Math.ceil(sessions / SESSIONS_PER_REQUEST) * ASSUMED.fullReads) / fullReadsPerMinute(limits))
}

/** Minutes between a session's first possible audit and the next open. */
const AUDIT_WINDOW_MINUTES = CLOSED_MINUTES - AUDIT_DELAY / MINUTE

/** What ends first, in the order of the number of tickers at which it does. */
export const capacityLimits = (limits: Limits): readonly CapacityLimit[] => {
  const live = limits.requestsPerMinute - limits.backfillPerMinute
  const found: readonly CapacityLimit[] = [
    {
      what: 'a visit every minute',
      tickers: live,
      advice: `Nothing is lost: each ticker is visited every few minutes, with a longer window. ${forMoreVisits(limits)}`,
    },
    {
      what: `Supabase's free plan, ${SUPABASE.free.egressGb} GB of egress a month`,
      tickers: most((tickers) => estimateLoad(tickers, limits).database.egressGb <= SUPABASE.free.egressGb),
      advice: `The Pro plan ($${SUPABASE.pro.dollars} a month) includes ${SUPABASE.pro.egressGb} GB.`,
    },
    {
      what: 'all sessions proven complete before the next open',
      tickers: Math.floor((AUDIT_WINDOW_MINUTES * fullReadsPerMinute(limits)) / ASSUMED.fullReads),
      advice: 'What is left is read during the next session: later, never lost. A larger backfillPerMinute proves sooner.',
    },
    {
      what: 'a visit every hour, the least that pipeline.yml takes',
      tickers: live * LONGEST_CADENCE,
      advice: 'Divide the tickers among several stages, each with an application at Schwab, a pipeline.yml and a database of its own.',
    },
  ]
  return found.toSorted((a, b) => a.tickers - b.tickers)
}

const forMoreVisits = (limits: Limits): string => {
  const { requestsPerMinute } = limits
  const least = Math.ceil(requestsPerMinute / 20)
  const more =
    limits.backfillPerMinute > least ? `write backfillPerMinute: ${least} for ${requestsPerMinute - least} visits a minute, or ` : ''
  return `For more: ${more}fewer tickers. Schwab is said to allow one application 120 requests a minute.`
}

/** The largest number of tickers for which it holds; it holds for all smaller ones. */
const most = (holds: (tickers: number) => boolean): number => {
  let [good, bad] = [0, MOST_TICKERS]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (holds(middle)) good = middle
    else bad = middle
  }
  return good
}
