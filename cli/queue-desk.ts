import type { QueueName } from './stage-names.ts'

/** How many messages a queue has. SQS calls these numbers approximate: they may lag by a minute. */
export type QueueDepth = { readonly waiting: number; readonly inFlight: number; readonly delayed: number }

/** A message that was looked at and left where it is. */
export type SeenMessage = {
  readonly id: string
  readonly body: string
  /** When it was first put on a queue, epoch milliseconds. */
  readonly sentAt: number
  /** How often it has been handed out, this look included. */
  readonly receives: number
  readonly attributes: Readonly<Record<string, string>>
}

/** The queues as their operator sees them. Every call fails with AwsUnavailable. */
export type QueueDesk = {
  readonly depth: (queue: QueueName) => Promise<QueueDepth>
  /** Up to `max` messages, each hidden from everybody else for a few seconds. SQS may have more than it shows. */
  readonly look: (queue: QueueName, max: number) => Promise<readonly SeenMessage[]>
  /** Deletes every message. SQS takes up to a minute for it, and does it once a minute at most. */
  readonly purge: (queue: QueueName) => Promise<void>
}
