import type { ReceivedMessage } from './sqs.ts'

/** What becomes of a message that its function has handled: gone, or delivered again so many simulated seconds later. */
export type AfterSuccess = 'delete' | { readonly againAfterSeconds: number }

/** SQS delivers at least once and in no order. This decides how much of that a run plays. */
export type Deliveries = {
  readonly order: (messages: readonly ReceivedMessage[]) => readonly ReceivedMessage[]
  readonly afterSuccess: (message: ReceivedMessage) => AfterSuccess
}

/** Each message once, in the order received: a good day. */
export const exactlyOnce: Deliveries = { order: (messages) => messages, afterSuccess: () => 'delete' }

/** The later deliveries of a message come within so many simulated seconds. */
const SPREAD_SECONDS = 150

/** Each message `times` times, the later deliveries shuffled among those of the next minutes. `random` gives numbers in [0, 1). */
export const repeated = (times: number, random: () => number): Deliveries => {
  const delivered = new Map<string, number>()
  return {
    order: (messages) =>
      messages
        .map((message) => ({ message, key: random() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ message }) => message),
    afterSuccess: ({ MessageId }) => {
      const count = (delivered.get(MessageId) ?? 0) + 1
      if (count < times) {
        delivered.set(MessageId, count)
        return { againAfterSeconds: Math.floor(random() * SPREAD_SECONDS) }
      }
      delivered.delete(MessageId)
      return 'delete'
    },
  }
}
