import { AccessRefused, ClientRefused, GrantRefused, PipelineError } from '../../shared/domain/errors.ts'
import { refreshedToken } from '../../shared/domain/next-token.ts'
import type { OutageReason } from '../../shared/domain/outage.ts'
import { outageIdOf } from '../../shared/domain/outage-id.ts'
import { HOUR } from '../../shared/domain/time.ts'
import type { Token } from '../../shared/domain/token.ts'
import type { TokenAnswer } from '../../shared/ports.ts'
import { toldKey } from '../../shared/token/announce.ts'
import { outageDetail } from '../../shared/token/outage-detail.ts'
import { tokenSaver } from '../../shared/token/save-token.ts'
import { readVersion, type StoredToken } from '../../shared/token/stored-token.ts'
import { requireTimeToExchange } from '../../shared/domain/time-to-finish.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** Whoever held the refresh lease when the database went down has ended by then, and whoever reaches it has renewed the token: milliseconds. */
const SEEN_BEFORE = 50_000

/** Longer than a note and a refresh take together, milliseconds. */
const TURN = 30_000

/** A version that Schwab's data service refuses, and since when, epoch milliseconds. */
type Suspect = { readonly versionId: string; readonly since: number }

/**
 * Notices the death of the token while the database is down, and tells people. What the database is there for, that only one asks for a new
 * token and only one tells of a death, is agreed upon by notes in the secret. The outage is entered when the database is back, under the
 * same id. A minute must pass between two refusals of the same token before it is refreshed: a function that reaches the database would have
 * renewed it meanwhile.
 * @returns what to do in a minute in which the database does not answer; it fails with PipelineError
 */
export const deathWithoutDatabase = (deps: KeeperDeps): (() => Promise<void>) => {
  const { secret, clock, log } = deps
  let suspect: Suspect | undefined
  let toldOf: string | undefined

  const isRefused = async ({ accessToken }: Token): Promise<boolean> => {
    try {
      await deps.proof.prove(accessToken)
      return false
    } catch (error) {
      if (error instanceof AccessRefused) return true
      throw error
    }
  }
  return async () => {
    const { versionId, token } = readVersion(await secret.current(), log)
    if (token === undefined || versionId === toldOf) return
    if (!(await isRefused(token))) {
      suspect = undefined
      return
    }
    if (suspect?.versionId !== versionId) suspect = { versionId, since: clock() }
    if (clock() - suspect.since < SEEN_BEFORE || !(await isAlone({ versionId, token }, deps))) return
    if (await secret.isNoted(toldKey(outageIdOf(versionId)))) {
      toldOf = versionId
      return
    }
    if (isTurnOfHour(clock())) return
    const reason = await refreshAlone({ versionId, token }, deps)
    if (reason === undefined) return
    await tell(suspect, reason, deps)
    toldOf = versionId
    await secret.note(toldKey(outageIdOf(versionId)), deps.holder)
  }
}

/** Two clocks may not agree on the hour that a note is for. */
const isTurnOfHour = (now: number): boolean => now % HOUR < TURN || now % HOUR > HOUR - TURN

/** Nothing beside it that may work in its place: that is for the database to judge. */
const isAlone = async ({ token }: StoredToken, { secret, log }: KeeperDeps): Promise<boolean> => {
  const [pending, previous] = await Promise.all([secret.pending(), secret.previous()])
  const before = previous && readVersion(previous, log).token
  return pending === undefined && (before === undefined || before.loggedInAt === token.loggedInAt)
}

/** @returns why the token is dead; undefined when it is not, or somebody else is at it */
const refreshAlone = async ({ versionId, token }: StoredToken, deps: KeeperDeps): Promise<OutageReason | undefined> => {
  const { secret, clock, log } = deps
  requireTimeToExchange(deps)
  if (!(await secret.note(`refresh:${versionId}:${Math.floor(clock() / HOUR)}`, deps.holder))) return undefined
  requireTimeToExchange(deps)
  let answer: TokenAnswer
  try {
    answer = await deps.endpoint.refresh(token.refreshToken)
  } catch (error) {
    if (error instanceof PipelineError) log('token_refresh_failed', { error: error.code })
    if (error instanceof GrantRefused) return 'reauth_required'
    if (error instanceof ClientRefused) return 'configuration'
    throw error
  }
  // Proven and promoted by whoever finds it beside the current one when the database is back.
  await tokenSaver(deps).save(refreshedToken(token, answer, clock()))
  return undefined
}

/** What is told is noted after it: a crash in between tells it twice, under the same id. */
const tell = async ({ versionId, since }: Suspect, reason: OutageReason, deps: KeeperDeps): Promise<void> => {
  const { events, log, mail } = deps
  const outage = { id: outageIdOf(versionId), reason, startedAt: since, deadVersion: versionId, parked: 0 }
  await events.publish([{ type: 'ReauthRequired', detail: outageDetail(outage, 'unknown', mail, deps.clock()) }])
  log('token_died', { versionId, reason, outageId: outage.id })
  log('event_published', { type: 'ReauthRequired', key: toldKey(outage.id) })
}
