import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'
import { encodeCandleBatch, encodeFetchJob } from '../domain/messages.ts'
import type { CandleQueue, JobQueue, SendFailure, SourceQueue } from '../ports.ts'
import { attempt } from './sqs-attempt.ts'
import { attributeBytes, textAttributes, traceAttribute } from './sqs-attributes.ts'

/** SQS takes at most ten messages and 1 MiB in one call; the attributes count. */
const MAX_ENTRIES = 10
const MAX_BYTES = 1_048_576

/** A queue that jobs are sent to. */
export const sqsJobQueue = (client: SQSClient, url: string): JobQueue => ({
  send: (jobs, delaySeconds = 0) =>
    sendAll(
      client,
      url,
      jobs.map((job) => ({ body: encodeFetchJob(job), traceId: job.traceId })),
      delaySeconds,
    ),
})

/** A queue that fetched candles are sent to. */
export const sqsCandleQueue = (client: SQSClient, url: string): CandleQueue => ({
  send: (batches) =>
    sendAll(
      client,
      url,
      batches.map((batch) => ({ body: encodeCandleBatch(batch), traceId: batch.traceId })),
      0,
    ),
})

/** Sends a body as it is, to appear after so many seconds. */
export const sqsPutBack =
  (client: SQSClient, url: string): SourceQueue['putBack'] =>
  async (body, seconds, traceId) => {
    const delay = Math.min(900, Math.max(0, Math.ceil(seconds)))
    const message = { QueueUrl: url, MessageBody: body, MessageAttributes: traceAttribute(traceId), DelaySeconds: delay }
    await attempt(() => client.send(new SendMessageCommand(message)))
  }

/** The queue that an event source reads, and its dead-letter queue. */
export const sqsSourceQueue = (client: SQSClient, urls: { readonly queue: string; readonly deadLetters: string }): SourceQueue => ({
  deadLetter: async ({ body, reason, traceId }) => {
    const attributes = { ...textAttributes({ reason }), ...traceAttribute(traceId) }
    await attempt(() =>
      client.send(new SendMessageCommand({ QueueUrl: urls.deadLetters, MessageBody: body, MessageAttributes: attributes })),
    )
  },
  putBack: sqsPutBack(client, urls.queue),
  delay: async (receiptHandle, seconds) => {
    const timeout = Math.min(43_200, Math.max(1, Math.ceil(seconds)))
    await attempt(() =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl: urls.queue, ReceiptHandle: receiptHandle, VisibilityTimeout: timeout })),
    )
  },
})

type Message = { readonly body: string; readonly traceId: string }

const sendAll = async (
  client: SQSClient,
  url: string,
  messages: readonly Message[],
  delaySeconds: number,
): Promise<readonly SendFailure[]> => {
  const calls = chunk(messages).map((entries) => sendBatch(client, url, entries, delaySeconds))
  return (await Promise.all(calls)).flat()
}

type Entry = { readonly index: number; readonly body: string; readonly attributes: ReturnType<typeof traceAttribute> }

const sendBatch = async (
  client: SQSClient,
  url: string,
  entries: readonly Entry[],
  delaySeconds: number,
): Promise<readonly SendFailure[]> => {
  const request = entries.map(({ index, body, attributes }): SendMessageBatchRequestEntry => ({
    Id: String(index),
    MessageBody: body,
    MessageAttributes: attributes,
    ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
  }))
  try {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: request }))
    return Failed.map((failure) => ({ index: Number(failure.Id), reason: failure.Code ?? 'unknown' }))
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    return entries.map(({ index }) => ({ index, reason }))
  }
}

const chunk = (messages: readonly Message[]): readonly (readonly Entry[])[] => {
  const chunks: Entry[][] = []
  let bytes = 0
  for (const [index, { body, traceId }] of messages.entries()) {
    const attributes = traceAttribute(traceId)
    const size = Buffer.byteLength(body) + attributeBytes(attributes)
    const last = chunks.at(-1)
    if (last === undefined || last.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      chunks.push([{ index, body, attributes }])
      bytes = size
    } else {
      last.push({ index, body, attributes })
      bytes += size
    }
  }
  return chunks
}
