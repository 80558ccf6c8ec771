import { nextSession, sessionAt, type Calendar } from '../../shared/domain/calendar.ts'
import { newYorkText, newYorkTime } from '../../shared/domain/new-york.ts'
import type { Outage } from '../../shared/domain/outage.ts'
import { HOUR } from '../../shared/domain/time.ts'
import { outageDetail } from '../../shared/token/outage-detail.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import type { Health } from './examine-token.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** A mail that says again what an announcement has said. */
export type Reminder = { readonly occasion: 'one_hour' | 'before_open'; readonly key: string }

/** The reminders of an announced outage that are due, and when the next one is. */
export const remindersOf = (
  outage: Outage,
  calendar: Calendar,
  now: number,
): { readonly due: readonly Reminder[]; readonly nextAt: number | undefined } => {
  const { id, announcedAt } = outage
  if (announcedAt === undefined) return { due: [], nextAt: undefined }
  const key = `reauth-reminder:${id}`
  const hourly = announcedAt + HOUR
  const next = nextSession(calendar, now)
  const following = next && nextSession(calendar, next.opensAt)
  const beforeOpen = next && next.opensAt - HOUR
  const isNear = next !== undefined && beforeOpen !== undefined && beforeOpen <= now
  const later = [hourly, beforeOpen, following && following.opensAt - HOUR].filter((at) => at !== undefined && at > now)
  return {
    due: [
      ...(hourly <= now ? [{ occasion: 'one_hour', key: `${key}:one_hour` } as const] : []),
      // Who has had the announcement in the hour before the open needs no other.
      ...(isNear && beforeOpen >= announcedAt ? [{ occasion: 'before_open', key: `${key}:open:${next.date}` } as const] : []),
    ],
    nextAt: later.length === 0 ? undefined : Math.min(...later.flatMap((at) => at ?? [])),
  }
}

/** Sends the reminders that are due. @returns when to look again */
export const remindOf = async ({ dead }: Health, deps: KeeperDeps): Promise<number | undefined> => {
  if (dead === undefined) return undefined
  const now = deps.clock()
  const { due, nextAt } = remindersOf(dead, deps.calendar, now)
  for (const { occasion, key } of due) {
    const outcome = await publishOnce(
      key,
      async () => ({
        type: 'ReauthReminder',
        detail: {
          ...outageDetail(dead, await deps.book.newestCandle(), deps.mail, now),
          occasion,
          nextOpenText: nextOpenText(deps.calendar, now),
        },
      }),
      deps,
    )
    if (outcome === 'taken') return now
  }
  return nextAt
}

const nextOpenText = (calendar: Calendar, now: number): string => {
  const open = sessionAt(calendar, now)
  const next = nextSession(calendar, now)
  const nextText = next === undefined ? 'not within 30 days' : newYorkText(next.opensAt)
  return open === undefined ? nextText : `it is open now, until ${newYorkTime(open.closesAt)}, and then ${nextText}`
}
