import { MINUTE, minuteOf, toIso } from '../../shared/domain/time.ts'
import { StoreUnavailable } from '../../shared/domain/errors.ts'
import { ignoringFailure } from '../../shared/token/ignoring-failure.ts'
import { openOutage } from '../../shared/token/token-standing.ts'
import { deathWithoutDatabase } from './death-without-database.ts'
import { tokenExaminer, type Health } from './examine-token.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { publishParkedJobs } from './parked-jobs.ts'
import { rememberNotices } from './remember-notices.ts'
import { remindOf } from './reminders.ts'
import { tellOutages } from './tell-outages.ts'
import { endOf, hoursUntil } from './token-hours.ts'
import { statusWriter } from './token-status.ts'
import { warnOf } from './warnings.ts'

/** `nextDueAt` (ISO 8601): before it the keeper will find nothing to do, unless somebody touches the token or the bus. */
export type KeptToken = { readonly nextDueAt: string }

/**
 * One minute of the token's keeper: refreshes it, notices its death, its repair and what was put by hand, and tells people what they
 * have to know. All is derived from the state, so a call that failed or never was is made up for by the next. What it has already said
 * it remembers only to ask less. It publishes how long the token lives and how many jobs wait for a login.
 * Fails, when everything else is done, with the first failure of a part.
 */
export const tokenKeeper = (given: KeeperDeps): (() => Promise<KeptToken>) => {
  const deps: KeeperDeps = { ...given, notices: rememberNotices(given.notices) }
  const examine = tokenExaminer(deps)
  const lookAlone = deathWithoutDatabase(deps)
  const tell = tellOutages(deps)
  const writeStatus = statusWriter(deps)

  let knownEnd: number | undefined
  const publishHours = (end: number | undefined): void => {
    if (end !== undefined) deps.log('token_hours_published', { hoursLeft: hoursUntil(end, deps.clock()) })
  }

  const keep = async (): Promise<KeptToken> => {
    const health = await examine().catch(async (error: unknown) => {
      // What was known a minute ago is no reason to call anybody; what Schwab itself refuses is.
      publishHours(knownEnd)
      if (error instanceof StoreUnavailable) await ignoringFailure(lookAlone())
      throw error
    })
    knownEnd = endOf(health)
    publishHours(knownEnd)
    const parts = await Promise.allSettled([tell(health), remindOf(health, deps), warnOf(health, deps), writeStatus(health)])
    const failures = [...health.failures, ...parts.flatMap((part) => (part.status === 'rejected' ? [part.reason] : []))]
    if (failures.length > 0) throw failures[0]
    const now = deps.clock()
    const times = parts.flatMap((part) => (part.status === 'fulfilled' && part.value !== undefined ? [part.value] : []))
    const next = Math.min(...times, dueAgain(health, now))
    return { nextDueAt: toIso(Math.max(next, now)) }
  }

  return async () => {
    // Beside the rest: the jobs are counted also while the database is down.
    const counted = publishParkedJobs(deps)
    try {
      return await keep()
    } finally {
      await counted
    }
  }
}

const dueAgain = ({ state, isUnfinished, nextExaminationAt }: Health, now: number): number => {
  const isRecovering = state.outages.some(({ reauthorizedAt, restoredAt }) => reauthorizedAt !== undefined && restoredAt === undefined)
  const open = openOutage(state)
  const isUnannounced = open !== undefined && open.announcedAt === undefined
  return isUnfinished || isRecovering || isUnannounced ? minuteOf(now) + MINUTE : nextExaminationAt
}
