import * as z from 'zod'
import { minuteOf } from '../../shared/domain/time.ts'

/** What was asked of the simulator since its state file was made. */
export const Counts = z.object({
  /** Calls to the market data endpoints, whatever came of them. */
  requests: z.number(),
  /** The most market data calls that one minute of the clock has seen. */
  maxRequestsPerMinute: z.number(),
  /** Calls to the token endpoint, whatever came of them. */
  tokenRequests: z.number(),
  /** Those of them that asked for a refresh. */
  refreshes: z.number(),
  minute: z.number(),
  requestsThisMinute: z.number(),
})
export type Counts = z.infer<typeof Counts>

export type Counters = {
  readonly counts: Readonly<Counts>
  /** @returns how many data calls this minute has seen, with this one */
  readonly countDataRequest: (now: number) => number
  readonly countTokenRequest: (isRefresh: boolean) => void
}

const ZERO: Counts = { requests: 0, maxRequestsPerMinute: 0, tokenRequests: 0, refreshes: 0, minute: 0, requestsThisMinute: 0 }

/** @param onNewMinute is called with the first data request of a minute: the time to save, which costs too much on each */
export const counters = (saved: Counts | undefined, onNewMinute: () => void): Counters => {
  const counts: Counts = { ...(saved ?? ZERO) }
  return {
    counts,
    countDataRequest: (now) => {
      const minute = minuteOf(now)
      const isNew = minute !== counts.minute
      if (isNew) Object.assign(counts, { minute, requestsThisMinute: 0 })
      counts.requests++
      counts.requestsThisMinute++
      counts.maxRequestsPerMinute = Math.max(counts.maxRequestsPerMinute, counts.requestsThisMinute)
      if (isNew) onNewMinute()
      return counts.requestsThisMinute
    },
    countTokenRequest: (isRefresh) => {
      counts.tokenRequests++
      if (isRefresh) counts.refreshes++
    },
  }
}
