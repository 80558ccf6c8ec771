import { PipelineError, TokenBusy } from '../domain/errors.ts'
import type { TokenDeps } from './token-deps.ts'

/** Longer than the slowest call to Schwab with what is stored and proven after it, milliseconds. */
const LEASE = 45_000
/** How often a waiter looks whether the holder has come to an end, milliseconds. */
const LOOK_EVERY = 500
const LONGEST_WAIT = 8_000
const BUSY_RETRY_SECONDS = 10
/** With so much of the lease left it is not made longer before a refresh: that fits in, with all that follows it, milliseconds. */
const ENOUGH = 40_000

type LeaseDeps = Pick<TokenDeps, 'leases' | 'holder' | 'clock' | 'pause'>

/** Has to be asked before a call that must not be made twice: the lease is made longer, or it was lost to somebody else. Fails with TokenBusy. */
export type KeepLease = () => Promise<void>

/**
 * Does `work` as the only one. Who comes second waits up to eight seconds, for the lease or for `look` to find that it has nothing left to do.
 * Fails with TokenBusy, StoreUnavailable, and like `work` and `look`.
 */
export const underRefreshLease = async <Result>(
  deps: LeaseDeps,
  look: () => Promise<Result | undefined>,
  work: (keep: KeepLease) => Promise<Result>,
): Promise<Result> => {
  for (let waited = 0; ; waited += LOOK_EVERY) {
    const until = await takeRefreshLease(deps)
    if (until !== undefined) return releasing(deps, () => work(keeping(until, deps)))
    const found = waited === 0 ? undefined : await look()
    if (found !== undefined) return found
    if (waited >= LONGEST_WAIT) throw busy()
    await deps.pause(LOOK_EVERY)
  }
}

const keeping = (taken: number, deps: LeaseDeps): KeepLease => {
  let until = taken
  return async () => {
    if (until - deps.clock() >= ENOUGH) return
    const longer = await takeRefreshLease(deps)
    if (longer === undefined) throw busy()
    until = longer
  }
}

/** @returns when the lease ends; undefined: somebody else has it */
const takeRefreshLease = async ({ leases, holder, clock }: LeaseDeps): Promise<number | undefined> => {
  const now = clock()
  return (await leases.takeLease('refresh', holder, now, now + LEASE)) ? now + LEASE : undefined
}

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
