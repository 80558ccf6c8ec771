import type { LocalSqs, ReceivedMessage } from '../../local/stack/sqs.ts'
import type { Clock } from '../../shared/ports.ts'

export type MemoryQueueModel = {
  readonly name: string
  readonly visibilitySeconds: number
  readonly delaySeconds?: number
  readonly redrive?: { readonly to: string; readonly maxReceiveCount: number }
}

export type SendOptions = { readonly delaySeconds?: number | undefined; readonly attributes?: unknown }

export type MemorySqs = Pick<LocalSqs, 'depth' | 'nextVisibleAt' | 'remove' | 'hide' | 'purge'> & {
  readonly send: (queue: string, body: string, options?: SendOptions) => Promise<string>
  readonly receive: (queue: string, max: number, visibilitySeconds?: number) => Promise<readonly ReceivedMessage[]>
  /** Handles that were deleted, of those given: SQS reports no failure for the others. */
  readonly removed: (queue: string, handles: readonly string[]) => readonly string[]
  /** A message is delivered once more than it was sent, as standard queues do. `place` in [0, 1) says which. */
  readonly duplicate: (queue: string, place: number) => string | undefined
  /** Everything that somebody holds becomes visible at once, as if its time had run out. @returns how many */
  readonly expire: (queue: string) => number
  readonly bodies: (queue: string) => readonly string[]
}

type Stored = {
  readonly id: string
  readonly body: string
  readonly attributes: unknown
  readonly sentAt: number
  visibleAt: number
  receives: number
  firstReceivedAt: number | undefined
  handle: string | undefined
}

/**
 * Standard queues in memory: visibility, receive counts, redrive to a dead-letter queue, delays. A receipt handle is good until the
 * message is received again.
 * @param choose the order in which visible messages come out: given a count, a place; by default the oldest first
 */
export const memorySqs = (models: readonly MemoryQueueModel[], clock: Clock, choose: (count: number) => number = () => 0): MemorySqs => {
  const queues = new Map(models.map((model) => [model.name, { model, messages: [] as Stored[] }]))
  let made = 0
  const queueOf = (name: string) => {
    const queue = queues.get(name)
    if (queue === undefined) throw Object.assign(new Error(`no queue ${name}`), { name: 'QueueDoesNotExist' })
    return queue
  }
  const held = (message: Stored): boolean => message.handle !== undefined && message.visibleAt > clock()
  const holderOf = (name: string, handle: string): Stored | undefined => queueOf(name).messages.find((message) => message.handle === handle)
  const add = (name: string, body: string, attributes: unknown, delaySeconds: number): string => {
    const now = clock()
    const id = `message-${++made}`
    const fresh = { id, body, attributes, sentAt: now, visibleAt: now + delaySeconds * 1000 }
    queueOf(name).messages.push({ ...fresh, receives: 0, firstReceivedAt: undefined, handle: undefined })
    return id
  }
  const take = (name: string, seconds: number): ReceivedMessage | 'redriven' | undefined => {
    const { model, messages } = queueOf(name)
    const now = clock()
    const visible = messages.filter(({ visibleAt }) => visibleAt <= now)
    const message = visible[choose(visible.length)]
    if (message === undefined) return undefined
    if (model.redrive !== undefined && message.receives >= model.redrive.maxReceiveCount) {
      messages.splice(messages.indexOf(message), 1)
      queueOf(model.redrive.to).messages.push({ ...message, visibleAt: now, handle: undefined })
      return 'redriven'
    }
    message.receives += 1
    message.firstReceivedAt ??= now
    message.visibleAt = now + seconds * 1000
    message.handle = `receipt-${++made}`
    return received(message)
  }
  const removed: MemorySqs['removed'] = (name, handles) =>
    handles.filter((handle) => {
      const message = holderOf(name, handle)
      if (message === undefined) return false
      const { messages } = queueOf(name)
      messages.splice(messages.indexOf(message), 1)
      return true
    })
  return {
    send: async (name, body, { delaySeconds, attributes } = {}) =>
      add(name, body, attributes, delaySeconds ?? queueOf(name).model.delaySeconds ?? 0),
    receive: async (name, max, visibilitySeconds = queueOf(name).model.visibilitySeconds) => {
      const found: ReceivedMessage[] = []
      while (found.length < max) {
        const next = take(name, visibilitySeconds)
        if (next === undefined) break
        if (next !== 'redriven') found.push(next)
      }
      return found
    },
    removed,
    remove: async (name, handles) => void removed(name, handles),
    hide: async (name, handle, seconds) => {
      const message = holderOf(name, handle)
      if (message === undefined) throw Object.assign(new Error('no such receipt'), { name: 'ReceiptHandleIsInvalid' })
      message.visibleAt = clock() + Math.max(1, seconds) * 1000
    },
    purge: async (name) => void queueOf(name).messages.splice(0),
    depth: (name) => {
      const { messages } = queueOf(name)
      const now = clock()
      const visible = messages.filter(({ visibleAt }) => visibleAt <= now).length
      const inFlight = messages.filter(held).length
      return { visible, inFlight, delayed: messages.length - visible - inFlight }
    },
    nextVisibleAt: (name) => {
      const now = clock()
      let next: number | undefined
      for (const { visibleAt } of queueOf(name).messages) if (visibleAt > now && visibleAt < (next ?? Infinity)) next = visibleAt
      return next
    },
    duplicate: (name, place) => {
      const { messages } = queueOf(name)
      const message = messages[Math.floor(place * messages.length)]
      if (message === undefined) return undefined
      messages.push({ ...message, visibleAt: clock(), handle: undefined })
      return message.body
    },
    expire: (name) => {
      const hidden = queueOf(name).messages.filter(held)
      for (const message of hidden) message.visibleAt = clock()
      return hidden.length
    },
    bodies: (name) => queueOf(name).messages.map(({ body }) => body),
  }
}

const received = ({ id, body, attributes, sentAt, receives, firstReceivedAt, handle }: Stored): ReceivedMessage => ({
  MessageId: id,
  ReceiptHandle: handle ?? '',
  Body: body,
  MD5OfBody: '',
  Attributes: {
    SentTimestamp: String(sentAt),
    ApproximateReceiveCount: String(receives),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
  },
  ...(attributes !== undefined && { MessageAttributes: attributes }),
})
