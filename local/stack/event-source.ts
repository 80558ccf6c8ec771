import * as z from 'zod'
import type { FunctionPool } from '../runtime/function-pool.ts'
import type { EventSourceModel } from '../template/stack-model.ts'
import type { Deliveries } from './deliveries.ts'
import type { LocalSqs, ReceivedMessage } from './sqs.ts'

/** An event source mapping: reads a queue and calls its function, as Lambda's pollers do. */
export type EventSource = {
  readonly queue: string
  /** Starts what can be started now. @returns whether it started anything */
  readonly dispatch: () => Promise<boolean>
  readonly active: () => number
  /** When there may next be something to start, epoch milliseconds. */
  readonly nextDueAt: () => number | undefined
}

export type EventSourceOptions = {
  readonly model: EventSourceModel
  readonly queue: { readonly name: string; readonly arn: string; readonly visibilitySeconds: number }
  readonly pool: FunctionPool
  readonly sqs: LocalSqs
  readonly deliveries: Deliveries
  readonly region: string
  readonly clock: () => number
  /** Called when an invocation has ended and counts as active no more. */
  readonly onEnd: (ended: Ended) => void
}

/** How many messages were done and how many stay in the queue; `error` when the invocation failed as a whole. */
export type Ended = { readonly done: number; readonly failed: number; readonly error: string | undefined }

/** Lambda hands a function no more than this in one event. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullable() })

export const eventSource = (options: EventSourceOptions): EventSource => {
  const { model, queue, pool, sqs, deliveries, clock } = options
  let active = 0
  let firstReadyAt: number | undefined

  const windowEndsAt = (): number | undefined => {
    const { visible } = sqs.depth(queue.name)
    if (visible === 0) {
      firstReadyAt = undefined
      return undefined
    }
    if (visible >= model.batchSize || model.windowSeconds === 0) return clock()
    firstReadyAt ??= clock()
    return firstReadyAt + model.windowSeconds * 1000
  }

  const run = async (messages: readonly ReceivedMessage[]): Promise<Ended> => {
    const event = { Records: messages.map((message) => record(message, options)) }
    const result = await pool.invoke(event, clock())
    const failed = result.ok
      ? failedIds(result.value, messages, model.partialFailures)
      : new Set(messages.map((message) => message.MessageId))
    const done = messages.filter((message) => !failed.has(message.MessageId))
    const deletions: string[] = []
    for (const message of done) {
      const after = deliveries.afterSuccess(message)
      if (after === 'delete') deletions.push(message.ReceiptHandle)
      else await sqs.hide(queue.name, message.ReceiptHandle, after.againAfterSeconds)
    }
    await sqs.remove(queue.name, deletions)
    return { done: done.length, failed: failed.size, error: result.ok ? undefined : result.error }
  }

  return {
    queue: queue.name,
    active: () => active,
    nextDueAt: () => earliest(windowEndsAt(), sqs.nextVisibleAt(queue.name)),
    dispatch: async () => {
      let started = false
      while (active < model.maximumConcurrency && (windowEndsAt() ?? Infinity) <= clock()) {
        const messages = await receiveBatch(sqs, queue.name, model.batchSize)
        if (messages.length === 0) break
        firstReadyAt = undefined
        active++
        started = true
        void run(deliveries.order(messages))
          .catch((error: unknown): Ended => ({ done: 0, failed: messages.length, error: String(error) }))
          .then((ended) => {
            active--
            options.onEnd(ended)
          })
      }
      return started
    },
  }
}

const receiveBatch = async (sqs: LocalSqs, queue: string, size: number): Promise<readonly ReceivedMessage[]> => {
  const messages: ReceivedMessage[] = []
  let bytes = 0
  while (messages.length < size) {
    const received = await sqs.receive(queue, Math.min(10, size - messages.length))
    messages.push(...received)
    bytes += received.reduce((sum, message) => sum + Buffer.byteLength(message.Body), 0)
    if (received.length === 0 || bytes > MAX_EVENT_BYTES / 2 || sqs.depth(queue).visible === 0) break
  }
  return messages
}

const record = (message: ReceivedMessage, { queue, region }: EventSourceOptions) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: lambdaAttributes(message.MessageAttributes),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queue.arn,
  awsRegion: region,
})

const Attributes = z.record(z.string(), z.object({ DataType: z.string(), StringValue: z.string().optional() })).catch({})

/** Lambda writes message attributes with small initial letters. */
const lambdaAttributes = (attributes: unknown) =>
  Object.fromEntries(
    Object.entries(Attributes.parse(attributes ?? {})).map(([name, { DataType, StringValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue },
    ]),
  )

/**
 * The messages that stay in the queue. Without partial failures a return is success for all; with them an answer that is not
 * understood, or names a message that was not in the batch, fails all, and an empty one is success for all, as Lambda has it.
 */
const failedIds = (value: unknown, messages: readonly ReceivedMessage[], partial: boolean): ReadonlySet<string> => {
  if (!partial || value === null) return new Set()
  const answer = Failures.safeParse(value)
  const all = new Set(messages.map((message) => message.MessageId))
  if (!answer.success) return typeof value === 'object' && !('batchItemFailures' in value) ? new Set() : all
  const failed = new Set(answer.data.batchItemFailures?.map((failure) => failure.itemIdentifier))
  return failed.isSubsetOf(all) ? failed : all
}

const earliest = (...times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
