import { AwsUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts'
import type { Token } from '../../shared/domain/token.ts'
import { announceReauthorized } from '../../shared/token/announce.ts'
import type { LoginDeps } from './login-deps.ts'

type Promoted = { readonly versionId: string; readonly token: Token; readonly expiresAt: number; readonly now: number }

/** Writes down that the token works, which ends the outage, and publishes it. The token is safe already: what fails here the keeper makes up for. */
export const tellLogin = async (deps: LoginDeps, { versionId, token, expiresAt, now }: Promoted) => {
  const proven = {
    version: versionId,
    how: 'login',
    now,
    loggedInAt: token.loggedInAt,
    accessExpiresAt: token.accessExpiresAt,
    refreshExpiresAt: expiresAt,
  } as const
  const recording = await attempt(() => deps.book.recordProven(proven))
  if (recording === 'unavailable') return { outageId: undefined, recorded: false, published: false }
  const outageId = recording.done.ended?.id
  const input = { versionId, outageId, how: 'login', at: now, refreshExpiresAt: expiresAt } as const
  const publishing = await attempt(() => announceReauthorized(input, deps))
  return { outageId, recorded: true, published: publishing !== 'unavailable' }
}

const attempt = async <Result>(call: () => Promise<Result>): Promise<{ readonly done: Result } | 'unavailable'> => {
  try {
    return { done: await call() }
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof AwsUnavailable) return 'unavailable'
    throw error
  }
}
