import { describe, expect, it } from 'vitest'
import { takeCalls } from '../../functions/fetcher/take-calls.ts'
import { spendProof } from '../../shared/token/spend-proof.ts'
import type { FetchDeps } from '../../functions/fetcher/fetch-deps.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { RequestBudget } from '../../shared/ports.ts'

/** Counts as the database does, within one minute. */
const minuteBudget = (): Pick<RequestBudget, 'beginFetch'> => {
  const used = { all: 0, past: 0 }
  return {
    beginFetch: async ({ live, backfill, perMinute, backfillPerMinute }) => {
      const now = Math.max(0, Math.min(live, perMinute - used.all))
      const past = Math.max(0, Math.min(backfill, backfillPerMinute - used.past, perMinute - used.all - now))
      used.all += now + past
      used.past += past
      return { live: now, backfill: past, deadVersion: undefined }
    },
  }
}
const jobs = (count: number, kind: FetchJob['kind']) => Array.from({ length: count }, () => ({ kind }) as FetchJob)
const depsOf = (requestsPerMinute: number, backfillPerMinute: number) => {
  const limits = { requestsPerMinute, backfillPerMinute }
  return { budget: minuteBudget(), limits, clock: () => 0 } as unknown as FetchDeps
}

describe('fetchers that could use up every minute', () => {
  it.each([
    [120, 20],
    [3, 1],
  ])('leave one of %i calls for the proof of a token', async (requests, past) => {
    const deps = depsOf(requests, past)
    await takeCalls([...jobs(500, 'live'), ...jobs(500, 'backfill')], deps)
    const proven: string[] = []
    await spendProof('access', { ...deps, proof: { prove: async (token) => void proven.push(token) } })
    expect(proven).toEqual(['access'])
  })

  it('take it from the past: the live share stays whole', async () => {
    const deps = depsOf(120, 20)
    await takeCalls(jobs(500, 'backfill'), deps)
    expect((await takeCalls(jobs(500, 'live'), deps)).jobs.size).toBe(100)
  })

  it('reach live minutes and the past with two calls as well', async () => {
    const deps = depsOf(2, 1)
    expect((await takeCalls(jobs(5, 'backfill'), deps)).jobs.size).toBe(1)
    expect((await takeCalls(jobs(5, 'live'), deps)).jobs.size).toBe(1)
  })
})
