import { sessionsBetween, type Calendar } from '../../shared/domain/calendar.ts'
import { newYorkText, newYorkTime } from '../../shared/domain/new-york.ts'
import { HOUR, toIso } from '../../shared/domain/time.ts'
import { refreshExpiresAt } from '../../shared/domain/token.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import { linkFacts } from '../../shared/token/ticket.ts'
import type { Health } from './examine-token.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** Hours before the refresh token dies. */
const WARN_AT = [48, 24, 6, 1] as const
/** A session that opens so soon after the death would most likely begin without prices. */
const NOTICED_WITHIN = 24 * HOUR

type Hours = (typeof WARN_AT)[number]

/** Which warnings are due, the nearest to the death first, and when the next one is. */
export const warningsOf = (expiresAt: number, now: number): { readonly due: readonly Hours[]; readonly nextAt: number | undefined } => ({
  due: now >= expiresAt ? [] : WARN_AT.filter((hours) => expiresAt - hours * HOUR <= now).toReversed(),
  nextAt: WARN_AT.map((hours) => expiresAt - hours * HOUR).find((at) => at > now),
})

/** Warns of the death of the refresh token; of several warnings that are due only by the last. @returns when to look again */
export const warnOf = async ({ token }: Health, deps: KeeperDeps): Promise<number | undefined> => {
  const expiresAt = token && refreshExpiresAt(token)
  if (token?.loggedInAt === undefined || expiresAt === undefined) return undefined
  const login = Math.floor(token.loggedInAt)
  const { due, nextAt } = warningsOf(expiresAt, deps.clock())
  const [nearest, ...passed] = due
  if (nearest === undefined) return nextAt
  const keyOf = (hours: Hours): string => `token-expiring:${login}:${hours}`
  const outcome = await publishOnce(
    keyOf(nearest),
    () => ({
      type: 'TokenExpiring',
      detail: {
        expiresAt: toIso(expiresAt),
        expiresAtText: newYorkText(expiresAt),
        hoursLeft: nearest,
        ...sessionHit(deps.calendar, expiresAt),
        ...linkFacts(deps.mail.reauthUrl, `login:${login}`, deps.mail.signingKey, deps.clock()),
      },
    }),
    deps,
  )
  for (const hours of passed) await deps.notices.markPublished(keyOf(hours), deps.clock())
  return outcome === 'taken' ? deps.clock() : nextAt
}

/** Whether the death hits a session, and which. */
export const sessionHit = (calendar: Calendar, diesAt: number): { readonly sessionHit: boolean; readonly sessionHitText: string } => {
  const [session] = sessionsBetween(calendar, diesAt, diesAt + NOTICED_WITHIN)
  if (session === undefined)
    return { sessionHit: false, sessionHitText: 'The market is closed then and for the day after: no session is hit at once.' }
  const hours = `from ${newYorkText(session.opensAt).replace(' New York time', '')} to ${newYorkTime(session.closesAt)} New York time`
  return {
    sessionHit: true,
    sessionHitText: `Without a new login ${session.opensAt <= diesAt ? 'prices stop in the midst of the session' : 'the next session begins without prices'}: ${hours}.`,
  }
}
