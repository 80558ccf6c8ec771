import type { BusEvent } from '../aws/bus-event.ts'

const WITH_LINK = new Set(['ReauthRequired', 'ReauthReminder', 'TokenExpiring'])

/** The link of the newest mail that asks for a login and has not been answered by one. `events`: oldest first. */
export const newestLink = (events: readonly BusEvent[]): string | undefined => {
  const lastLogin = events.findLastIndex((event) => event['detail-type'] === 'Reauthorized')
  const asking = events.slice(lastLogin + 1).findLast((event) => WITH_LINK.has(event['detail-type']))
  const link = asking?.detail['link']
  return typeof link === 'string' ? link : undefined
}

/** Whether a warning of so few hours has come since the last login. */
export const isWarned = (events: readonly BusEvent[], hours: number): boolean => {
  const lastLogin = events.findLastIndex((event) => event['detail-type'] === 'Reauthorized')
  return events
    .slice(lastLogin + 1)
    .some(({ detail, ...event }) => event['detail-type'] === 'TokenExpiring' && Number(detail['hoursLeft']) <= hours)
}
