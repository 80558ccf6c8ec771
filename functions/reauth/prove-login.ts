import { AccessRefused, RateLimited, SchwabUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import type { LoginDeps } from './login-deps.ts'

/** Makes one data call with the token. A person waits for it, so it is counted in the minute's budget but not held back by it. */
export const proveLogin = async (deps: LoginDeps, accessToken: string): Promise<'proven' | 'refused' | 'no_answer'> => {
  await countCall(deps)
  try {
    await deps.proof.prove(accessToken)
    return 'proven'
  } catch (error) {
    if (error instanceof AccessRefused) return 'refused'
    if (error instanceof SchwabUnavailable || error instanceof RateLimited) return 'no_answer'
    throw error
  }
}

const countCall = async ({ budget, limits, clock }: LoginDeps): Promise<void> => {
  const { requestsPerMinute: perMinute, backfillPerMinute } = limits
  try {
    await budget.beginFetch({ now: clock(), live: 1, backfill: 0, perMinute, backfillPerMinute })
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
  }
}
