import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { AwsUnavailable } from '../shared/domain/errors.ts'
import type { QueueDesk, SeenMessage } from './queue-desk.ts'
import type { QueueName } from './stage-names.ts'

/** Long enough to look through the queue without seeing a message twice, short enough to be in nobody's way. */
const HIDDEN_SECONDS = 5
const MAX_AT_ONCE = 10

export type SqsQueueDesk = QueueDesk & {
  /** The address that SQS gives a queue. Fails with AwsUnavailable. */
  readonly urlOf: (queue: QueueName) => Promise<string>
}

/** The queues in SQS, found by their names. */
export const sqsQueueDesk = (client: SQSClient, nameOf: (queue: QueueName) => string): SqsQueueDesk => {
  const urls = new Map<QueueName, string>()

  const urlOf = async (queue: QueueName): Promise<string> => {
    const known = urls.get(queue)
    if (known !== undefined) return known
    const { QueueUrl } = await attempt(nameOf(queue), () => client.send(new GetQueueUrlCommand({ QueueName: nameOf(queue) })))
    if (QueueUrl === undefined) throw new AwsUnavailable(`SQS gave no address for the queue ${nameOf(queue)}`)
    urls.set(queue, QueueUrl)
    return QueueUrl
  }

  return {
    urlOf,
    depth: async (queue) => {
      const QueueUrl = await urlOf(queue)
      const { Attributes = {} } = await attempt(nameOf(queue), () =>
        client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...DEPTHS] })),
      )
      const [waiting, inFlight, delayed] = DEPTHS.map((name) => Number(Attributes[name] ?? 0))
      return { waiting: waiting ?? 0, inFlight: inFlight ?? 0, delayed: delayed ?? 0 }
    },
    look: async (queue, max) => {
      const QueueUrl = await urlOf(queue)
      const seen = new Map<string, SeenMessage>()
      // A message that comes again shows that its time was over: the rest would be repetitions too.
      for (let fresh = true; fresh && seen.size < max;) {
        const request = {
          QueueUrl,
          MaxNumberOfMessages: Math.min(MAX_AT_ONCE, max - seen.size),
          VisibilityTimeout: HIDDEN_SECONDS,
          // Long polling asks every server of the queue.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp' as const, 'ApproximateReceiveCount' as const],
          MessageAttributeNames: ['All'],
        }
        const { Messages = [] } = await attempt(nameOf(queue), () => client.send(new ReceiveMessageCommand(request)))
        const before = seen.size
        for (const message of Messages.map(toSeen)) seen.set(message.id, message)
        fresh = seen.size > before
      }
      return [...seen.values()].toSorted((a, b) => a.sentAt - b.sentAt)
    },
    purge: async (queue) => {
      const QueueUrl = await urlOf(queue)
      await attempt(nameOf(queue), () => client.send(new PurgeQueueCommand({ QueueUrl })))
    },
  }
}

const DEPTHS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const

const toSeen = ({ MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} }: Message): SeenMessage => ({
  id: MessageId,
  body: Body,
  sentAt: Number(Attributes.SentTimestamp ?? 0),
  receives: Number(Attributes.ApproximateReceiveCount ?? 1),
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) => (StringValue === undefined ? [] : [[name, StringValue]])),
  ),
})

const ADVICE: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'there is no such queue: is this stage deployed, in this region?',
  PurgeQueueInProgress: 'it was purged within the last minute: wait for a minute',
  CredentialsProviderError: 'no AWS credentials were found: log in to AWS first, or name a local stack with --data DIR',
}

const attempt = async <Result>(queue: string, call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call()
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'unknown error'
    throw new AwsUnavailable(`the queue ${queue}: ${ADVICE[name] ?? `SQS answered ${name}`}`, { cause })
  }
}
