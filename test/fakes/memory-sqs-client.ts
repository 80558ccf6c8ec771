import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { MemorySqs } from './memory-sqs.ts'

/** Entries of a batch that are answered with `Failed`. */
export type Refusal = (queue: string, entries: readonly SendMessageBatchRequestEntry[]) => ReadonlySet<string>

/** The client of AWS over queues in memory, for the adapters that take one. A queue's URL is its name. */
export const memorySqsClient = (sqs: MemorySqs, refused: Refusal = () => new Set()): SQSClient => {
  const send = async (command: unknown): Promise<object> => {
    if (command instanceof SendMessageBatchCommand) {
      const { QueueUrl = '', Entries = [] } = command.input
      const bad = refused(QueueUrl, Entries)
      for (const { Id = '', MessageBody = '', DelaySeconds, MessageAttributes } of Entries) {
        if (!bad.has(Id)) await sqs.send(QueueUrl, MessageBody, { delaySeconds: DelaySeconds, attributes: MessageAttributes })
      }
      return { Failed: [...bad].map((Id) => ({ Id, Code: 'InternalError', SenderFault: false })) }
    }
    if (command instanceof SendMessageCommand) {
      const { QueueUrl = '', MessageBody = '', DelaySeconds, MessageAttributes } = command.input
      return { MessageId: await sqs.send(QueueUrl, MessageBody, { delaySeconds: DelaySeconds, attributes: MessageAttributes }) }
    }
    if (command instanceof ReceiveMessageCommand) {
      const { QueueUrl = '', MaxNumberOfMessages = 1, VisibilityTimeout } = command.input
      return { Messages: await sqs.receive(QueueUrl, MaxNumberOfMessages, VisibilityTimeout) }
    }
    if (command instanceof DeleteMessageBatchCommand) {
      const { QueueUrl = '', Entries = [] } = command.input
      await sqs.remove(
        QueueUrl,
        Entries.flatMap(({ ReceiptHandle }) => ReceiptHandle ?? []),
      )
      return { Failed: [] }
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      const { QueueUrl = '', ReceiptHandle = '', VisibilityTimeout = 0 } = command.input
      await sqs.hide(QueueUrl, ReceiptHandle, VisibilityTimeout)
      return {}
    }
    if (command instanceof GetQueueAttributesCommand) {
      const { visible, inFlight, delayed } = sqs.depth(command.input.QueueUrl ?? '')
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
          ApproximateNumberOfMessagesDelayed: String(delayed),
        },
      }
    }
    throw new Error('a command that no queue in memory knows')
  }
  return { send } as unknown as SQSClient
}
