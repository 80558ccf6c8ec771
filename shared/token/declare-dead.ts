import { ReauthorizationRequired, TokenBusy } from '../domain/errors.ts'
import type { OutageReason, TokenState } from '../domain/outage.ts'
import type { Token } from '../domain/token.ts'
import type { TokenBook } from '../ports.ts'
import { announceOutage } from './announce.ts'
import { deadSince } from './dead-since.ts'
import { ignoringFailure } from './ignoring-failure.ts'
import type { TokenDeps } from './token-deps.ts'

/** `token`: what it holds, if that worked before. */
type Dead = { readonly versionId: string; readonly token: Token | undefined }

/**
 * Says that a version of the secret is dead, and says so to people if nobody has. Fails with ReauthorizationRequired or StoreUnavailable.
 * @param seen what the verdict was based on @returns `moved` when another version has been proven since: then nothing is said
 */
export const declareDead = async (
  { versionId, token }: Dead,
  reason: OutageReason,
  seen: TokenState,
  deps: TokenDeps,
): Promise<'moved'> => {
  const since = await deadSince(token, deps)
  const found = await markDead({ version: versionId, reason, seen, since, now: deps.clock() }, deps)
  if (found === 'moved') return found
  const { outage, opened } = found
  if (opened) {
    deps.log('token_died', { versionId, reason, outageId: outage.id })
    await ignoringFailure(announceOutage(outage, deps))
  }
  throw new ReauthorizationRequired({ id: outage.id, deadVersion: versionId })
}

const markDead = async (input: Parameters<TokenBook['markDead']>[0], { book }: TokenDeps) => {
  try {
    return await book.markDead(input)
  } catch (error) {
    if (error instanceof TokenBusy) return 'moved'
    throw error
  }
}
