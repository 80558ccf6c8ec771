import { PipelineError } from '../../shared/domain/errors.ts'
import type { LoginDeps } from './login-deps.ts'

/** As long as a refresh may take, milliseconds. */
const LEASE = 45_000

/**
 * Keeps others from a refresh while a login is stored: the login has killed the refresh token that they would use, and they would
 * take that for a death. A login waits for nobody: without the lease it goes on too.
 */
export const holdingRefresh = async <Result>({ leases, holder, clock }: LoginDeps, work: () => Promise<Result>): Promise<Result> => {
  const now = clock()
  const taken = leases.takeLease('refresh', holder, now, now + LEASE).catch(falseIfExpected)
  // A bug in it comes out below; until then it is not an unhandled rejection.
  taken.catch(() => undefined)
  try {
    return await work()
  } finally {
    if (await taken) await leases.releaseLease('refresh', holder).catch(falseIfExpected)
  }
}

const falseIfExpected = (error: unknown): false => {
  if (error instanceof PipelineError) return false
  throw error
}
