import type { TokenState } from '../../shared/domain/outage.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { REFRESH_TOKEN_LIFE } from '../../shared/domain/token.ts'
import type { TokenHistoryEntry } from '../../shared/ports.ts'
import { announcementKey, announceOutage, announceReauthorized } from '../../shared/token/announce.ts'
import type { Health } from './examine-token.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** An outage ends with the newest entry but few. */
const ENTRIES = 50
const WORTH_TELLING = 24 * HOUR

/**
 * Sees to it that each outage, and its end, is announced, whoever found it and died before saying so; of one that ended before anybody could
 * be told, only the end. It tells when to look again.
 */
export const tellOutages = (deps: KeeperDeps): ((health: Health) => Promise<number | undefined>) => {
  const told = new Set<string>()
  let toldUntil: number | undefined

  /**
   * A login is announced by who made it, unless the bus was down or its process died: those that ended no outage, and those whose outage was
   * made good before anybody could be told. The oldest comes first.
   */
  const tellLogins = async ({ newsAt, loggedInAt, outages }: TokenState): Promise<number | undefined> => {
    const since = deps.clock() - WORTH_TELLING
    if (newsAt === undefined || newsAt <= since || newsAt === toldUntil) return undefined
    const ends = (await deps.book.tokenHistory(ENTRIES)).filter(
      ({ what, outageId, at }) => what !== 'died' && (what !== 'refresh' || outageId !== undefined) && at > since,
    )
    for (const entry of ends.toReversed()) {
      const { version: versionId, at, outageId } = entry
      // Its turn comes with that of its outage, or after it.
      if (outages.some(({ id }) => id === outageId && !told.has(id))) return undefined
      // When the login was is known of the newest one only.
      const refreshExpiresAt = loggedInAt === undefined || entry !== ends[0] ? undefined : loggedInAt + REFRESH_TOKEN_LIFE
      const outcome = await announceReauthorized({ outageId, versionId, how: howOf(entry), at, refreshExpiresAt }, deps)
      if (outcome === 'taken') return deps.clock()
    }
    toldUntil = newsAt
    return undefined
  }

  return async ({ state }) => {
    for (const outage of state.outages) {
      const { id, reauthorizedAt } = outage
      if (outage.announcedAt === undefined) {
        // Nobody is asked to log in who has done so: that it was and is mended is told by its end alone.
        if (reauthorizedAt !== undefined) await deps.notices.markPublished(announcementKey(id), deps.clock())
        else if ((await announceOutage(outage, deps)) === 'taken') continue
      }
      if (reauthorizedAt === undefined || told.has(id)) continue
      const entry = (await deps.book.tokenHistory(ENTRIES)).find(({ what, outageId }) => what !== 'died' && outageId === id)
      const refreshExpiresAt = state.loggedInAt === undefined ? undefined : state.loggedInAt + REFRESH_TOKEN_LIFE
      const versionId = entry?.version ?? id
      const outcome = await announceReauthorized({ outageId: id, versionId, how: howOf(entry), at: reauthorizedAt, refreshExpiresAt }, deps)
      if (outcome !== 'taken') told.add(id)
    }
    return tellLogins(state)
  }
}

const howOf = (entry: TokenHistoryEntry | undefined): 'login' | 'by_hand' | 'by_itself' =>
  entry?.what === 'login' || entry?.what === 'by_hand' ? entry.what : 'by_itself'
