import { BudgetSpent, ReauthorizationRequired, RefreshLimited, TokenBusy, TokenUnreadable } from '../../shared/domain/errors.ts'
import type { Outage, TokenState } from '../../shared/domain/outage.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { Token } from '../../shared/domain/token.ts'
import { isLaterLogin } from '../../shared/token/candidates.ts'
import { tokenMender, type Mended } from '../../shared/token/mend-token.ts'
import { readVersion } from '../../shared/token/stored-token.ts'
import { standingOf } from '../../shared/token/token-standing.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** With so much life left a token is renewed by the keeper, before any fetcher has to. */
const RENEW_AT = 5 * MINUTE
/** A verdict of death is looked at again so often: an app may be repaired, a wrong answer taken back. */
const EXAMINE_EVERY = 15 * MINUTE

/** What was found out about the token in this minute. */
export type Health = {
  readonly state: TokenState
  /** The current one, as far as it can be read and is not dead. */
  readonly token: Token | undefined
  /** The outage that it is dead in. */
  readonly dead: Outage | undefined
  /** AWS showed what is in the secret, though that may be nothing. */
  readonly isRead: boolean
  /** The secret has no value: nobody has logged in yet. */
  readonly isMissing: boolean
  /** Somebody else is at it, or the minute's calls are used up. */
  readonly isUnfinished: boolean
  readonly nextExaminationAt: number
  readonly failures: readonly unknown[]
}

type Current = ReturnType<typeof readVersion>

/** Looks at the token, and mends it when it needs that. Fails with StoreUnavailable; every other failure is part of the result. */
export const tokenExaminer = (deps: KeeperDeps): (() => Promise<Health>) => {
  const { secret, book, clock, log } = deps
  const mend = tokenMender(deps)
  const isUsable = (token: Token): boolean => token.accessExpiresAt - clock() > RENEW_AT
  let foundDead: { readonly versionId: string; readonly at: number } | undefined
  /** The login beside a dead token that was tried last, epoch milliseconds. */
  let triedLogin: number | undefined

  /** When a dead version is tried again. */
  const examinationOf = (versionId: string, { startedAt }: Outage): number =>
    (foundDead?.versionId === versionId ? foundDead.at : startedAt) + EXAMINE_EVERY

  /** When somebody logged in whose token was stored and never proven. */
  const loginBeside = async ({ token }: Current): Promise<number | undefined> => {
    const pending = await secret.pending()
    const login = pending && readVersion(pending, log).token
    return login !== undefined && (token === undefined || isLaterLogin(login, token, clock())) ? login.loggedInAt : undefined
  }

  /** @returns `looked`: what was found has to be read */
  const mendIfDue = async (state: TokenState, current: Current): Promise<'nothing' | 'looked' | Mended> => {
    const { dead, settled } = standingOf(state, current.versionId)
    const isFine = settled && current.token !== undefined && isUsable(current.token)
    const login = dead === undefined ? undefined : await loginBeside(current)
    const isDue =
      dead === undefined ? !isFine : clock() >= examinationOf(current.versionId, dead) || (login !== undefined && login !== triedLogin)
    if (!isDue) return 'nothing'
    try {
      return await mend({ isUsable, mustBeProven: true, reexamine: dead !== undefined })
    } catch (error) {
      const isDead = error instanceof ReauthorizationRequired
      if (!isDead && !(error instanceof RefreshLimited && dead !== undefined)) throw error
      triedLogin = login
      foundDead = { versionId: isDead ? error.secretVersion : current.versionId, at: clock() }
    }
    return 'looked'
  }

  const report = (state: TokenState, current: Current | undefined, failures: readonly unknown[]): Health => {
    const dead = current && standingOf(state, current.versionId).dead
    const token = dead === undefined ? current?.token : undefined
    const isUnfinished = failures.length > 0
    const nextExaminationAt =
      current !== undefined && dead !== undefined ? examinationOf(current.versionId, dead) : (token?.accessExpiresAt ?? 0) - RENEW_AT
    return {
      state,
      token,
      dead,
      isRead: current !== undefined,
      isMissing: false,
      isUnfinished,
      nextExaminationAt,
      failures: failures.filter(
        (failure) => !(failure instanceof TokenBusy || failure instanceof RefreshLimited || failure instanceof BudgetSpent),
      ),
    }
  }

  return async () => {
    const state = await book.tokenState()
    let current: Current | undefined
    try {
      current = readVersion(await secret.current(), log)
      const mended = await mendIfDue(state, current)
      if (mended === 'nothing') return report(state, current, [])
      if (mended !== 'looked' && mended.state !== undefined) return report(mended.state, mended, [])
      const [after, version] = await Promise.all([book.tokenState(), secret.current()])
      return report(after, readVersion(version, log), [])
    } catch (error) {
      if (current !== undefined || !(error instanceof TokenUnreadable)) return report(await book.tokenState(), current, [error])
      log('token_invalid', { message: error.message })
      return { ...report(state, undefined, []), isRead: true, isMissing: true, isUnfinished: true }
    }
  }
}
