import { AccessRefused, DataRefused, ReauthorizationRequired, TokenBusy } from '../domain/errors.ts'
import type { TokenState } from '../domain/outage.ts'
import type { Token } from '../domain/token.ts'
import { candidatesOf, CLOCKS_DIFFER, goesOnFrom, isLaterLogin } from './candidates.ts'
import { concludeDead, concludeProven, type Finding } from './conclude.ts'
import { declareDead } from './declare-dead.ts'
import { underRefreshLease, type KeepLease } from './refresh-lease.ts'
import { tokenSaver, type Save } from './save-token.ts'
import { refreshPermit } from './refresh-permit.ts'
import { spendProof } from './spend-proof.ts'
import { readVersion, type StoredToken } from './stored-token.ts'
import type { TokenDeps } from './token-deps.ts'
import { standingOf } from './token-standing.ts'
import { tryAll } from './try-all.ts'

export type Wish = {
  /** Good enough to be used without asking Schwab. */
  readonly isUsable: (token: Token) => boolean
  /** A data call was refused with this access token. */
  readonly refused?: string | undefined
  /** What the database is known to hold for dead: a waiter does not take that for the work of the one it waits for. */
  readonly deadVersion?: string | undefined
  /** Also a version that looks usable is proven, if nobody has said yet that it was. */
  readonly mustBeProven?: boolean
  /** A dead token is tried once more. */
  readonly reexamine?: boolean
}

/**
 * A token that works, current in the secret: found, proven, refreshed or put back. Fails like `Tokens.replaceRefused`.
 */
export type Mend = (wish: Wish) => Promise<Mended>

/** `state`: what the database knows after it was recorded as proven; undefined when there was nothing to record. */
export type Mended = StoredToken & { readonly state?: TokenState }

/** When somebody stores versions by hand all the time, milliseconds do not help: the next minute may. */
const ROUNDS = 3
const BUSY_RETRY_SECONDS = 10
/** An access token that is refused so soon after it was proven was not refused for its age, milliseconds. */
const SECONDS_AGO = 30_000

/** The one way to a new token, for whoever notices that one is needed; one at a time over all processes. */
export const tokenMender = (deps: TokenDeps): Mend => {
  const saver = tokenSaver(deps)
  return (wish) =>
    underRefreshLease(
      deps,
      () => findUsable(wish, deps),
      async (keep) => {
        for (let round = 0; round < ROUNDS; round++) {
          const found = await mendOnce(wish, saver, keep, deps)
          if (found !== 'moved') return found
        }
        throw new TokenBusy('the secret was changed by others meanwhile', { retryAfterSeconds: BUSY_RETRY_SECONDS })
      },
    )
}

/** What the holder of the lease has stored. */
const findUsable = async (wish: Wish, { secret, log }: TokenDeps): Promise<Mended | undefined> => {
  const { versionId, token } = readVersion(await secret.current(), log)
  const isMine = token !== undefined && wish.isUsable(token) && versionId !== wish.deadVersion && wish.mustBeProven !== true
  return isMine ? { versionId, token } : undefined
}

const mendOnce = async (wish: Wish, saver: ReturnType<typeof tokenSaver>, keep: KeepLease, deps: TokenDeps): Promise<Mended | 'moved'> => {
  const { secret, book, log } = deps
  const [state, current] = await Promise.all([book.tokenState(), secret.current().then((version) => readVersion(version, log))])
  const { versionId, token } = current
  await saver.saveLeftover(async (leftover) => goesOnFrom(leftover, token, deps.clock()) && !(await isOutdated(leftover, deps)))
  const standing = standingOf(state, versionId)
  if (standing.dead !== undefined && wish.reexamine !== true)
    throw new ReauthorizationRequired({ id: standing.dead.id, deadVersion: versionId })
  if (token !== undefined && standing.dead === undefined) {
    if (wish.isUsable(token) && (standing.settled || wish.mustBeProven !== true)) return { versionId, token }
    if (token.accessToken === wish.refused && standing.proven && isFresh(token, deps))
      return judgeRefusal({ versionId, token }, state, deps)
  }
  const [pending, previous] = await Promise.all([secret.pending(), secret.previous()])
  const versions = {
    current,
    pending: pending && readVersion(pending, log),
    previous: previous && readVersion(previous, log),
    isCurrentProven: standing.proven,
    now: deps.clock(),
  }
  const seen = new Set(pending === undefined ? [] : [pending.versionId])
  const save: Save = async (token) => {
    const saved = await saver.save(token)
    seen.add(saved)
    return saved
  }
  const { winner, refused } = await tryAll(
    candidatesOf(versions),
    // A dead version that is proven would not end its outage: only what a refresh makes of it does.
    (candidate) => wish.isUsable(candidate.token) && candidate.versionId !== state.deadVersion,
    { permit: refreshPermit({ isRefused: wish.refused !== undefined, dead: standing.dead }, deps), keep, save },
    deps,
  )
  const finding: Finding = { state, current, standing, refused }
  return winner === undefined ? concludeDead(finding, seen, deps) : concludeProven(finding, winner, deps)
}

/** A login ends every refresh token before it: what was kept in mind must not push the token of a later one aside. */
const isOutdated = async (leftover: Token, { secret, clock, log }: TokenDeps): Promise<boolean> => {
  const pending = await secret.pending()
  const login = pending && readVersion(pending, log).token
  return login !== undefined && isLaterLogin(login, leftover, clock())
}

/** A token that was made and proven just now was refused: for all data it is dead, for one request only the request is at fault. */
const judgeRefusal = async ({ versionId, token }: StoredToken, state: TokenState, deps: TokenDeps): Promise<'moved'> => {
  try {
    await spendProof(token.accessToken, deps)
  } catch (error) {
    if (error instanceof AccessRefused) return declareDead({ versionId, token }, 'entitlement', state, deps)
    throw error
  }
  throw new DataRefused('Schwab answered 401 to this request, and not to another with the same token')
}

/** Schwab's answer says how long an access token lives, and so does the stored token: together they tell when it was made. */
const isFresh = ({ accessExpiresAt, rest }: Token, { clock }: TokenDeps): boolean => {
  const age = clock() - (accessExpiresAt - Number(rest['expires_in']) * 1000)
  return age > -CLOCKS_DIFFER && age < SECONDS_AGO
}
