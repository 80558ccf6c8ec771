import type { ProvenToken, TokenBook } from '../ports.ts'
import { refreshExpiresAt } from '../domain/token.ts'
import { announceReauthorized } from './announce.ts'
import { ignoringFailure } from './ignoring-failure.ts'
import type { StoredToken } from './stored-token.ts'
import type { TokenDeps } from './token-deps.ts'

/**
 * Says that the current version was proven, and tells the others when that ended an outage or was more than a refresh.
 * Fails with StoreUnavailable.
 */
export const recordProven = async (
  { versionId, token }: StoredToken,
  how: ProvenToken['how'],
  deps: Pick<TokenDeps, 'book' | 'notices' | 'events' | 'clock' | 'log'>,
): ReturnType<TokenBook['recordProven']> => {
  const now = deps.clock()
  const expiry = refreshExpiresAt(token)
  const { loggedInAt, accessExpiresAt } = token
  const recorded = await deps.book.recordProven({ version: versionId, how, now, loggedInAt, accessExpiresAt, refreshExpiresAt: expiry })
  const { ended } = recorded
  deps.log('token_proven', { versionId, how, outageId: ended?.id })
  if (ended !== undefined || how !== 'refresh') {
    const news = { versionId, outageId: ended?.id, how: how === 'refresh' ? 'by_itself' : how, at: now, refreshExpiresAt: expiry } as const
    await ignoringFailure(announceReauthorized(news, deps))
  }
  return recorded
}
