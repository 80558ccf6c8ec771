import { PipelineError, TokenBusy } from '../domain/errors.ts'
import type { TokenDeps } from './token-deps.ts'

/** Longer than the slowest call to Schwab with what is stored and proven after it, milliseconds. */
const LEASE = 45_000
/** How often a waiter looks whether the holder has come to an end, milliseconds. */
const LOOK_EVERY = 500
const LONGEST_WAIT = 8_000
const BUSY_RETRY_SECONDS = 10

type LeaseDeps = Pick<TokenDeps, 'leases' | 'holder' | 'clock' | 'pause'>

/**
 * Does `work` as the only one. Who comes second waits up to eight seconds, for the lease or for `look` to find that it has nothing left to do.
 * Fails with TokenBusy, StoreUnavailable, and like `work` and `look`.
 */
export const underRefreshLease = async <Result>(
  deps: LeaseDeps,
  look: () => Promise<Result | undefined>,
  work: () => Promise<Result>,
): Promise<Result> => {
  for (let waited = 0; ; waited += LOOK_EVERY) {
    if (await takeRefreshLease(deps)) return releasing(deps, work)
    const found = waited === 0 ? undefined : await look()
    if (found !== undefined) return found
    if (waited >= LONGEST_WAIT) throw busy()
    await deps.pause(LOOK_EVERY)
  }
}

/** Before a call that must not be made twice: the lease is made longer, or it was lost to somebody else. Fails with TokenBusy. */
export const keepRefreshLease = async (deps: LeaseDeps): Promise<void> => {
  if (!(await takeRefreshLease(deps))) throw busy()
}

const takeRefreshLease = ({ leases, holder, clock }: LeaseDeps): Promise<boolean> =>
  leases.takeLease('refresh', holder, clock(), clock() + LEASE)

const releasing = async <Result>({ leases, holder }: LeaseDeps, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } finally {
    // It runs out by itself.
    await leases.releaseLease('refresh', holder).catch((error: unknown) => {
      if (!(error instanceof PipelineError)) throw error
    })
  }
}

const busy = (): TokenBusy => new TokenBusy('somebody else is renewing the token', { retryAfterSeconds: BUSY_RETRY_SECONDS })
