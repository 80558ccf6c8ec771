import { PipelineError } from '../../shared/domain/errors.ts'
import type { LoginDeps } from './login-deps.ts'

/** As long as a refresh may take, milliseconds. */
const LEASE = 45_000

/** A refresh that is under way has mostly ended within this, and the code of a login lives half a minute: milliseconds. */
const LONGEST_WAIT = 2_000
const LOOK_EVERY = 250

/**
 * Keeps others from a refresh while a login is stored: the login kills the refresh token that they would use, and they would
 * take that for a death. A login waits for them two seconds and no longer: then it goes on without the lease.
 */
export const holdingRefresh = async <Result>(deps: LoginDeps, work: () => Promise<Result>): Promise<Result> => {
  const isHeld = await waitForLease(deps).catch(falseIfExpected)
  try {
    return await work()
  } finally {
    if (isHeld) await deps.leases.releaseLease('refresh', deps.holder).catch(falseIfExpected)
  }
}

const waitForLease = async ({ leases, holder, clock, pause }: LoginDeps): Promise<boolean> => {
  for (let waited = 0; ; waited += LOOK_EVERY) {
    if (await leases.takeLease('refresh', holder, clock(), clock() + LEASE)) return true
    if (waited >= LONGEST_WAIT) return false
    await pause(LOOK_EVERY)
  }
}

const falseIfExpected = (error: unknown): false => {
  if (error instanceof PipelineError) return false
  throw error
}
