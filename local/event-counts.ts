import * as z from 'zod'
import type { BusEvent } from './aws/bus-event.ts'

/** What the events on the bus tell of a run. */
export type EventCounts = {
  /** Outages that were announced, each once. */
  readonly reauthRequired: number
  readonly reminders: number
  readonly warnings: number
  /** Windows that parked jobs were folded into. */
  readonly folded: number
  /** Parked jobs that were sent back and are gone from auth-dlq. */
  readonly redriven: number
  readonly sentNotDeleted: number
  readonly feedRestored: number
}

const Redriven = z.object({ folded: z.number(), deleted: z.number(), sentNotDeleted: z.number() })

export const eventCounts = (events: readonly BusEvent[]): EventCounts => {
  const of = (type: string) => events.filter((event) => event['detail-type'] === type)
  const redrives = of('RedriveCompleted').flatMap(({ detail }) => Redriven.safeParse(detail).data ?? [])
  const sum = (name: keyof z.infer<typeof Redriven>): number => redrives.reduce((total, redrive) => total + redrive[name], 0)
  return {
    reauthRequired: new Set(of('ReauthRequired').map(({ detail }) => detail['outageId'])).size,
    reminders: of('ReauthReminder').length,
    warnings: of('TokenExpiring').length,
    folded: sum('folded'),
    redriven: sum('deleted'),
    sentNotDeleted: sum('sentNotDeleted'),
    feedRestored: of('FeedRestored').length,
  }
}
