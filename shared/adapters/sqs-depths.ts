import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { PipelineError } from '../domain/errors.ts'
import type { QueueDepth, QueueDepths } from '../ports.ts'
import { attempt } from './sqs-attempt.ts'

/** A figure is not worth a longer wait, milliseconds. */
const TIMEOUT = 5_000

/** What waits in one queue, roughly, as SQS always tells it. Fails with AwsUnavailable. */
export const countQueue = async (client: SQSClient, url: string, signal = AbortSignal.timeout(TIMEOUT)): Promise<QueueDepth> => {
  const command = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
  })
  const { Attributes = {} } = await attempt(() => client.send(command, { abortSignal: signal }))
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
  }
}

/** Several queues at once, by the names that `urls` gives them. */
export const sqsDepths = (client: SQSClient, urls: Readonly<Record<string, string>>): QueueDepths => ({
  depths: async () => {
    const signal = AbortSignal.timeout(TIMEOUT)
    const counted = await Promise.all(
      Object.entries(urls).map(async ([name, url]): Promise<readonly (readonly [string, QueueDepth])[]> => {
        try {
          return [[name, await countQueue(client, url, signal)]]
        } catch (error) {
          if (!(error instanceof PipelineError)) throw error
          return []
        }
      }),
    )
    return Object.fromEntries(counted.flat())
  },
})
