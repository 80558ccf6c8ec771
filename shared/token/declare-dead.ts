import { PipelineError, ReauthorizationRequired } from '../domain/errors.ts'
import type { OutageReason } from '../domain/outage.ts'
import { announceOutage } from './announce.ts'
import type { TokenDeps } from './token-deps.ts'

/** Says that a version of the secret is dead, and says so to people if nobody has. Fails with ReauthorizationRequired or StoreUnavailable. */
export const declareDead = async (versionId: string, reason: OutageReason, deps: TokenDeps): Promise<never> => {
  const { outage, opened } = await deps.book.markDead({ version: versionId, reason, now: deps.clock() })
  if (opened) {
    deps.log('token_died', { versionId, reason, outageId: outage.id })
    await ignoringFailure(announceOutage(outage, deps))
  }
  throw new ReauthorizationRequired({ id: outage.id, deadVersion: versionId })
}

/** What could not be announced now is announced by the token-keeper. */
export const ignoringFailure = async (announcement: Promise<unknown>): Promise<void> => {
  try {
    await announcement
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
  }
}
