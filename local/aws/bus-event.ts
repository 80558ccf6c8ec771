import * as z from 'zod'

/** An event as rules see it. */
export const BusEvent = z.object({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  /** ISO 8601 in whole seconds, `Z`. */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()).readonly(),
  detail: z.record(z.string(), z.unknown()).readonly(),
})
export type BusEvent = Readonly<z.infer<typeof BusEvent>>

/** An event and the bus it was put on. */
export const JournalEntry = z.object({ bus: z.string(), event: BusEvent })
export type JournalEntry = Readonly<z.infer<typeof JournalEntry>>
