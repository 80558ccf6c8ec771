import * as z from 'zod'

/** What a person, or an accident, does to a running stack. */
export const Action = z.discriminatedUnion('action', [
  /** The person logs in at Schwab, by the link of the outage where there is one. */
  z.object({ action: z.literal('reauthorize') }),
  /** The person follows the link and presses Deny. */
  z.object({ action: z.literal('deny') }),
  /** Somebody stores a token by hand. */
  z.object({ action: z.literal('put-secret'), kind: z.enum(['good', 'client-credentials', 'garbage']) }),
  /** The stack dies at once, as by `kill -9`. Whoever started it starts it again. */
  z.object({ action: z.literal('kill-stack') }),
  /** Somebody deletes every parked job. */
  z.object({ action: z.literal('purge-auth-dlq') }),
  /** Somebody redrives by hand. */
  z.object({ action: z.literal('redrive') }),
  z.object({ action: z.literal('add-ticker'), ticker: z.string() }),
  z.object({ action: z.literal('remove-ticker'), ticker: z.string() }),
])
export type Action = Readonly<z.infer<typeof Action>>
export type ActionName = Action['action']
