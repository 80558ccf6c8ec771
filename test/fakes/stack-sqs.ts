import type { LocalSqs, QueueDepth, ReceivedMessage } from '../../local/stack/sqs.ts'

export const message = (id: string, body = '{}'): ReceivedMessage => ({
  MessageId: id,
  ReceiptHandle: `handle-${id}`,
  Body: body,
  MD5OfBody: '',
  Attributes: { ApproximateReceiveCount: '1' },
  MessageAttributes: { reason: { DataType: 'String', StringValue: 'late' } },
})

export const EMPTY: QueueDepth = { visible: 0, inFlight: 0, delayed: 0 }

export type StackSqs = LocalSqs & {
  readonly put: (...messages: readonly ReceivedMessage[]) => void
  readonly removed: string[]
  readonly hidden: [handle: string, seconds: number][]
  readonly sent: [queue: string, body: string][]
}

/** One queue in memory whose received messages stay away; `depth` overrides what it tells of itself. */
export const stackSqs = (depth?: () => QueueDepth): StackSqs => {
  const waiting: ReceivedMessage[] = []
  const held: ReceivedMessage[] = []
  const removed: string[] = []
  const hidden: [string, number][] = []
  const sent: [string, string][] = []
  return {
    url: 'http://sqs',
    port: 0,
    service: () => Promise.reject(new Error('nobody calls it so')),
    put: (...messages) => void waiting.push(...messages),
    removed,
    hidden,
    sent,
    depth: depth ?? (() => ({ visible: waiting.length, inFlight: held.length, delayed: 0 })),
    nextVisibleAt: () => undefined,
    receive: async (_queue, max) => {
      const taken = waiting.splice(0, max)
      held.push(...taken)
      return taken
    },
    remove: async (_queue, handles) => void removed.push(...handles),
    hide: async (_queue, handle, seconds) => void hidden.push([handle, seconds]),
    send: async (queue, body) => void sent.push([queue, body]),
    purge: async () => void waiting.splice(0),
    releaseHeld: async () => {},
    stop: async () => {},
  }
}
