import { DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { toIso } from '../domain/time.ts'
import type { ParkedQueue, ParkingLot } from '../ports.ts'
import { attempt } from './sqs-attempt.ts'
import { countQueue } from './sqs-depths.ts'
import { textAttributes, traceAttribute, traceIdAmong } from './sqs-attributes.ts'

/** SQS takes or gives at most ten messages in one call. */
const MAX_ENTRIES = 10
/** A redriver that died leaves its messages hidden for so long. */
const VISIBILITY_SECONDS = 120
/** Long polling asks every server of the queue, so that an empty answer means something. */
const WAIT_SECONDS = 1

/** `auth-dlq` for those who park: what is known of the failure goes along as message attributes, times in ISO 8601. */
export const sqsParkingLot = (client: SQSClient, url: string): ParkingLot => ({
  park: async ({ body, reason, outageId, secretVersion, failedAt, traceId }) => {
    const facts = textAttributes({ reason, outageId, secretVersion, failedAt: toIso(failedAt) })
    const attributes = { ...facts, ...traceAttribute(traceId) }
    await attempt(() => client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes: attributes })))
  },
})

/** For those who only count what waits. */
export const sqsDepth = (client: SQSClient, url: string): Pick<ParkedQueue, 'depth'> => ({
  depth: async () => {
    const { visible, inFlight, delayed } = await countQueue(client, url)
    return visible + inFlight + delayed
  },
})

/**
 * `auth-dlq` for its redriver.
 * @param options.visibilitySeconds how long received messages stay hidden; two minutes when left out. For those who only look.
 */
export const sqsParkedQueue = (client: SQSClient, url: string, options: { readonly visibilitySeconds?: number } = {}): ParkedQueue => ({
  receive: async () => {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: MAX_ENTRIES,
      VisibilityTimeout: options.visibilitySeconds ?? VISIBILITY_SECONDS,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await attempt(() => client.send(command))
    return Messages.flatMap(({ ReceiptHandle, Body, MessageAttributes }) =>
      ReceiptHandle === undefined || Body === undefined
        ? []
        : [{ receiptHandle: ReceiptHandle, body: Body, traceId: traceIdAmong(MessageAttributes) }],
    )
  },
  remove: async (receiptHandles) => {
    let removed = 0
    for (let start = 0; start < receiptHandles.length; start += MAX_ENTRIES) {
      const entries = receiptHandles.slice(start, start + MAX_ENTRIES).map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }))
      removed += entries.length - (await notRemoved(client, url, entries))
    }
    return removed
  },
  ...sqsDepth(client, url),
})

type DeleteEntry = { readonly Id: string; readonly ReceiptHandle: string }

/** A call that failed as a whole is not thrown: the others count, and what is left is seen again. */
const notRemoved = async (client: SQSClient, url: string, entries: readonly DeleteEntry[]): Promise<number> => {
  try {
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...entries] }))
    return Failed.length
  } catch {
    return entries.length
  }
}
