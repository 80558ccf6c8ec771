import type { FetchJob } from '../../shared/domain/messages.ts'
import type { FetchDeps } from './fetch-deps.ts'

/** `deadVersion`: the version of the secret that the database holds for dead. */
export type Grant = { readonly jobs: ReadonlySet<FetchJob>; readonly deadVersion: string | undefined }

/** The jobs that this minute's budget allows a call for; live ones go first. */
export const takeCalls = async (jobs: readonly FetchJob[], { budget, limits, clock }: FetchDeps): Promise<Grant> => {
  if (jobs.length === 0) return { jobs: new Set(), deadVersion: undefined }
  const live = jobs.filter((job) => job.kind === 'live')
  const full = jobs.filter((job) => job.kind !== 'live')
  const grant = await budget.beginFetch({
    now: clock(),
    live: live.length,
    backfill: full.length,
    perMinute: limits.requestsPerMinute,
    backfillPerMinute: limits.backfillPerMinute,
  })
  return { jobs: new Set([...live.slice(0, grant.live), ...full.slice(0, grant.backfill)]), deadVersion: grant.deadVersion }
}
