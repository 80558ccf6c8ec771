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
export const repeated = (times: number, random: () => number): Deliveries => ({
  ...switchable(exactlyOnce, () => times, random),
  order: (messages) => shuffled(messages, random),
})

/**
 * As `usual`, but a message for which `copies` gives a number is delivered so many times in all. `copies` is asked when a
 * message has been handled. While such messages are under way the order is shuffled.
 */
export const switchable = (usual: Deliveries, copies: () => number | undefined, random: () => number): Deliveries => {
  const left = new Map<string, number>()
  return {
    order: (messages) => (left.size > 0 ? shuffled(messages, random) : usual.order(messages)),
    afterSuccess: (message) => {
      const { MessageId } = message
      const more = left.get(MessageId) ?? (copies() ?? 1) - 1
      if (more > 0) {
        left.set(MessageId, more - 1)
        return { againAfterSeconds: Math.floor(random() * SPREAD_SECONDS) }
      }
      return left.delete(MessageId) ? 'delete' : usual.afterSuccess(message)
    },
  }
}

const shuffled = (messages: readonly ReceivedMessage[], random: () => number): readonly ReceivedMessage[] =>
  messages
    .map((message) => ({ message, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ message }) => message)
