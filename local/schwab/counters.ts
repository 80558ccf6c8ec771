import * as z from 'zod'
import { minuteOf } from '../../shared/domain/time.ts'

/** What was asked of the simulator since its state file was made. */
export const Counts = z.object({
  /** Calls to the market data endpoints, whatever came of them. */
  requests: z.number(),
  /** Those of them that asked for candles; the others are quotes, by which tokens are proven. */
  candleRequests: z.number().default(0),
  /** The most market data calls that one minute of the clock has seen. */
  maxRequestsPerMinute: z.number(),
  /** Calls to the token endpoint, whatever came of them. */
  tokenRequests: z.number(),
  /** Those of them that asked for a refresh and were granted it. */
  refreshes: z.number(),
  minute: z.number(),
  requestsThisMinute: z.number(),
  /** The token is said to be dead. */
  dead: z.boolean().default(false),
  /** Calls for prices meanwhile, whatever came of them. A quote is how a token is proven, so it does not count. */
  callsWhileDead: z.number().default(0),
})
export type Counts = z.infer<typeof Counts>

export type Counters = {
  readonly counts: Readonly<Counts>
  /** @returns how many data calls this minute has seen, with this one */
  readonly countDataRequest: (now: number, isPriceHistory: boolean) => number
  readonly countTokenRequest: () => void
  readonly countRefresh: () => void
  readonly setDead: (dead: boolean) => void
}

const ZERO: Counts = {
  requests: 0,
  candleRequests: 0,
  maxRequestsPerMinute: 0,
  tokenRequests: 0,
  refreshes: 0,
  minute: 0,
  requestsThisMinute: 0,
  dead: false,
  callsWhileDead: 0,
}

/** @param save is called with the first data request of a minute, for it costs too much on each, and where nothing may be forgotten */
export const counters = (saved: Counts | undefined, save: () => void): Counters => {
  const counts: Counts = { ...(saved ?? ZERO) }
  return {
    counts,
    countDataRequest: (now, isPriceHistory) => {
      const minute = minuteOf(now)
      const isNew = minute !== counts.minute
      if (isNew) Object.assign(counts, { minute, requestsThisMinute: 0 })
      counts.requests++
      if (isPriceHistory) counts.candleRequests++
      counts.requestsThisMinute++
      counts.maxRequestsPerMinute = Math.max(counts.maxRequestsPerMinute, counts.requestsThisMinute)
      const isWhileDead = counts.dead && isPriceHistory
      if (isWhileDead) counts.callsWhileDead++
      if (isNew || isWhileDead) save()
      return counts.requestsThisMinute
    },
    countTokenRequest: () => {
      counts.tokenRequests++
    },
    countRefresh: () => {
      counts.refreshes++
    },
    setDead: (dead) => {
      if (dead === counts.dead) return
      counts.dead = dead
      save()
    },
  }
}
