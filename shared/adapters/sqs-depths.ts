import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { PipelineError } from '../domain/errors.ts'
import { MINUTE } from '../domain/time.ts'
import type { Clock, QueueDepth, QueueDepths } from '../ports.ts'
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

/** A queue that nearly always is empty, and was, is counted again after this. */
const SELDOM = 5 * MINUTE

export type DepthsOptions = {
  /** The queues' addresses, by the names that they are told under. */
  readonly urls: Readonly<Record<string, string>>
  /** Those of them that nearly always are empty: each count is a call to pay, and an alarm of its own says when something comes. */
  readonly seldom?: readonly string[]
  readonly clock: Clock
}

/** Several queues at once. */
export const sqsDepths = (client: SQSClient, { urls, seldom = [], clock }: DepthsOptions): QueueDepths => {
  const emptyAt = new Map<string, number>()
  const count = async (name: string, url: string, signal: AbortSignal): Promise<QueueDepth> => {
    if (clock() - (emptyAt.get(name) ?? -Infinity) < SELDOM) return EMPTY
    const depth = await countQueue(client, url, signal)
    if (seldom.includes(name) && Object.values(depth).every((messages) => messages === 0)) emptyAt.set(name, clock())
    else emptyAt.delete(name)
    return depth
  }
  return {
    depths: async () => {
      const signal = AbortSignal.timeout(TIMEOUT)
      const counted = await Promise.all(
        Object.entries(urls).map(async ([name, url]): Promise<readonly (readonly [string, QueueDepth])[]> => {
          try {
            return [[name, await count(name, url, signal)]]
          } catch (error) {
            if (!(error instanceof PipelineError)) throw error
            return []
          }
        }),
      )
      return Object.fromEntries(counted.flat())
    },
  }
}

const EMPTY: QueueDepth = { visible: 0, inFlight: 0, delayed: 0 }
