import { AccessRefused, DataRefused, ReauthorizationRequired } from '../domain/errors.ts'
import { MINUTE } from '../domain/time.ts'
import type { Token } from '../domain/token.ts'
import type { Tokens } from '../ports.ts'
import { tokenMender, type Wish } from './mend-token.ts'
import { spendProof } from './spend-proof.ts'
import { readVersion, type StoredToken } from './stored-token.ts'
import type { TokenDeps } from './token-deps.ts'
import { standingOf } from './token-standing.ts'

/** A token with less life than this is renewed first: a batch of calls has to fit into what is left. */
const ABOUT_TO_END = 2 * MINUTE
/** How long a token is used without looking whether the secret has changed. */
const KEEP = 5 * MINUTE

/** The token in the secret, renewed when it is about to end. Who asks while somebody else renews it gets what that one stored. */
export const storedTokens = (deps: TokenDeps): Tokens => {
  const { secret, book, clock, log } = deps
  const mend = tokenMender(deps)
  let known: (StoredToken & { readonly readAt: number }) | undefined
  let finding: Promise<StoredToken> | undefined

  /** Looks at the secret before anything is asked of the database. */
  const find = async (wish: Wish): Promise<StoredToken> => {
    const { versionId, token } = readVersion(await secret.current(), log)
    if (versionId === wish.deadVersion) {
      const { dead } = standingOf(await book.tokenState(), versionId)
      if (dead !== undefined) throw new ReauthorizationRequired({ id: dead.id, deadVersion: versionId })
    } else if (token !== undefined && wish.isUsable(token)) {
      log('token_retrieved_successfully', { versionId })
      return { versionId, token }
    }
    return mend(wish)
  }

  const findOnce = async (wish: Wish): Promise<StoredToken> => {
    finding ??= find(wish).finally(() => (finding = undefined))
    const found = await finding
    known = { ...found, readAt: clock() }
    return found
  }

  const ask = async (wish: Wish): Promise<string> => {
    const isUsable =
      known !== undefined && clock() - known.readAt < KEEP && known.versionId !== wish.deadVersion && wish.isUsable(known.token)
    if (known !== undefined && isUsable) return known.token.accessToken
    // What somebody else is looking for may be what was refused here.
    for (;;) {
      const isOwn = finding === undefined
      const { token } = await findOnce(wish)
      if (isOwn || wish.isUsable(token)) return token.accessToken
    }
  }

  const judging = new Map<string, Promise<void>>()
  /** A token that is good for other data is not renewed for the sake of one ticker. Asked once for all who were refused together. */
  const requireEnded = (refused: string): Promise<void> => {
    const found = judging.get(refused) ?? proveEnded(refused, deps).finally(() => judging.delete(refused))
    judging.set(refused, found)
    return found
  }

  const lives = (token: Token): boolean => token.accessExpiresAt - clock() > ABOUT_TO_END
  return {
    accessToken: (deadVersion) => ask({ isUsable: lives, deadVersion }),
    replaceRefused: async (refused) => {
      if (known === undefined || known.token.accessToken === refused || !lives(known.token)) await requireEnded(refused)
      return ask({ isUsable: (token) => token.accessToken !== refused && lives(token), refused })
    },
  }
}

/** Fails with DataRefused when the token is still the stored one and good for a quote, and as the proof does. */
const proveEnded = async (accessToken: string, deps: TokenDeps): Promise<void> => {
  if (readVersion(await deps.secret.current(), deps.log).token?.accessToken !== accessToken) return
  try {
    await spendProof(accessToken, deps)
  } catch (error) {
    if (error instanceof AccessRefused) return
    throw error
  }
  throw new DataRefused('Schwab answered 401 to this request, and not to another with the same token')
}
