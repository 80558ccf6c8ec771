import type { Token } from '../domain/token.ts'
import type { TokenDeps } from './token-deps.ts'

/**
 * Since when there can have been no prices, of a token that worked and is dead: now, or, where its access token ended before anybody could
 * notice that, since the newest candle and no earlier than that access token was made. So what is told counts from the feed's end, though
 * the database may hear of the death days later. Fails with StoreUnavailable.
 */
export const deadSince = async (token: Token | undefined, { book, clock }: Pick<TokenDeps, 'book' | 'clock'>): Promise<number> => {
  const now = clock()
  if (token === undefined || token.accessExpiresAt === 0 || token.accessExpiresAt >= now) return now
  const lifeSeconds = Number(token.rest['expires_in'])
  const madeAt = token.accessExpiresAt - (Number.isFinite(lifeSeconds) ? lifeSeconds * 1000 : 0)
  return Math.min(now, Math.max(madeAt, (await book.newestCandle()) ?? 0))
}
