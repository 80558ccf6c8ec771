import type { FetchJob } from '../../shared/domain/messages.ts'
import type { FetchDeps } from './fetch-deps.ts'

/**
 * `deadVersion`: the version of the secret that the database holds for dead. `usableUntil`: a call that is made later needs another grant.
 * `freeAt`: when there may be room for another one. Epoch milliseconds.
 */
export type Grant = {
  readonly jobs: ReadonlySet<FetchJob>
  readonly deadVersion: string | undefined
  readonly usableUntil: number
  readonly freeAt: number | undefined
}

/** The database counts a grant for sixty seconds and as long as this: so late a call may still come. */
const USABLE = 5_000

/** The jobs that the budget allows a call for; live ones go first. */
export const takeCalls = async (jobs: readonly FetchJob[], { budget, limits, clock }: FetchDeps): Promise<Grant> => {
  if (jobs.length === 0) return { jobs: new Set(), deadVersion: undefined, usableUntil: Infinity, freeAt: undefined }
  const now = clock()
  const live = jobs.filter((job) => job.kind === 'live')
  const full = jobs.filter((job) => job.kind !== 'live')
  const grant = await budget.beginFetch({ now, live: live.length, backfill: full.length, ...withoutProof(limits) })
  return {
    jobs: new Set([...live.slice(0, grant.live), ...full.slice(0, grant.backfill)]),
    deadVersion: grant.deadVersion,
    usableUntil: now + USABLE,
    freeAt: grant.freeAt,
  }
}

/** One call of the minute is kept back for the proof of a token, at the cost of the past: many fetchers would leave none for it. */
const withoutProof = ({ requestsPerMinute, backfillPerMinute }: FetchDeps['limits']) => {
  const kept = requestsPerMinute > 2 ? 1 : 0
  return { perMinute: requestsPerMinute - kept, backfillPerMinute: Math.max(1, backfillPerMinute - kept) }
}
