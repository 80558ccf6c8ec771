import { startFauxqs, type FauxqsServer } from 'fauxqs'
import * as z from 'zod'
import { ACCOUNT, REGION } from '../template/place.ts'
import type { QueueModel } from '../template/stack-model.ts'
import { onLoopback } from './on-loopback.ts'
import { withoutWaitingForTheDisk } from './without-waiting-for-the-disk.ts'

export type ReceivedMessage = {
  readonly MessageId: string
  readonly ReceiptHandle: string
  readonly Body: string
  readonly MD5OfBody: string
  readonly Attributes: Readonly<Record<string, string>>
  readonly MessageAttributes?: unknown
}

export type QueueDepth = { readonly visible: number; readonly inFlight: number; readonly delayed: number }

/** The queues of the stack, and what its pollers need of them. Times are those of the process's clock. */
export type LocalSqs = {
  readonly url: string
  readonly port: number
  readonly depth: (queue: string) => QueueDepth
  /** When the next message of a queue that is hidden now will appear, epoch milliseconds. */
  readonly nextVisibleAt: (queue: string) => number | undefined
  readonly receive: (queue: string, max: number) => Promise<readonly ReceivedMessage[]>
  readonly remove: (queue: string, receiptHandles: readonly string[]) => Promise<void>
  readonly hide: (queue: string, receiptHandle: string, seconds: number) => Promise<void>
  readonly send: (queue: string, body: string) => Promise<void>
  /** Deletes every message. */
  readonly purge: (queue: string) => Promise<void>
  /** Makes every message that somebody held appear again: their holder is gone. */
  readonly releaseHeld: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type LocalSqsOptions = { readonly port: number; readonly dataDir: string }

const Received = z.object({
  Messages: z
    .array(
      z.looseObject({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        MD5OfBody: z.string(),
        Attributes: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
})

/** The address of a queue, as SQS forms it. */
export const queueUrl = (base: string, name: string): string => `${base}/${ACCOUNT}/${name}`

/** fauxqs keeps visibility and delays by `Date`, which in this process is the simulated clock: so they need no real time. */
export const startSqs = async ({
  port,
  dataDir,
}: LocalSqsOptions): Promise<LocalSqs & { readonly create: (queues: readonly QueueModel[]) => Promise<void> }> => {
  const start = (on: number): Promise<FauxqsServer> =>
    onLoopback(() => startFauxqs({ port: on, dataDir, logger: false, host: '127.0.0.1', defaultRegion: REGION }))
  const server = await withoutWaitingForTheDisk(() =>
    start(port).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return start(0)
      throw error
    }),
  )
  const url = `http://127.0.0.1:${server.port}`
  const names = new Set<string>()

  const call = async (action: string, body: object): Promise<unknown> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}`, authorization: AUTHORIZATION },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`SQS ${action} answered ${response.status}: ${text.slice(0, 300)}`)
    return text === '' ? {} : JSON.parse(text)
  }

  // With a data directory fauxqs 2.4 cannot store a time-out of 0 (its row would lack the receive count).
  const hide: LocalSqs['hide'] = async (queue, receiptHandle, seconds) => {
    await call('ChangeMessageVisibility', {
      QueueUrl: queueUrl(url, queue),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.max(1, seconds),
    })
  }

  return {
    url,
    port: server.port,
    create: async (queues) => {
      for (const { name, attributes } of queues) {
        if (server.inspectQueue(name) === undefined) await call('CreateQueue', { QueueName: name, Attributes: attributes })
        else await call('SetQueueAttributes', { QueueUrl: queueUrl(url, name), Attributes: attributes })
        names.add(name)
      }
    },
    depth: (queue) => {
      // fauxqs moves what has become visible only when somebody receives; who looks counts for itself.
      const now = Date.now()
      const { ready = [], inflight = [], delayed = [] } = server.inspectQueue(queue)?.messages ?? {}
      const held = inflight.filter((entry) => entry.visibilityDeadline > now).length
      const later = delayed.filter((message) => (message.delayUntil ?? 0) > now).length
      return { visible: ready.length + inflight.length - held + delayed.length - later, inFlight: held, delayed: later }
    },
    nextVisibleAt: (queue) => {
      const now = Date.now()
      const { inflight = [], delayed = [] } = server.inspectQueue(queue)?.messages ?? {}
      const times = [...inflight.map((entry) => entry.visibilityDeadline), ...delayed.map((message) => message.delayUntil ?? 0)].filter(
        (time) => time > now,
      )
      return times.length === 0 ? undefined : Math.min(...times)
    },
    receive: async (queue, max) => {
      const body = {
        QueueUrl: queueUrl(url, queue),
        MaxNumberOfMessages: Math.min(10, max),
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }
      return Received.parse(await call('ReceiveMessage', body)).Messages
    },
    remove: async (queue, receiptHandles) => {
      const entries = receiptHandles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle }))
      if (entries.length > 0) await call('DeleteMessageBatch', { QueueUrl: queueUrl(url, queue), Entries: entries })
    },
    hide,
    send: async (queue, body) => {
      await call('SendMessage', { QueueUrl: queueUrl(url, queue), MessageBody: body })
    },
    purge: async (queue) => {
      await call('PurgeQueue', { QueueUrl: queueUrl(url, queue) })
    },
    releaseHeld: async () => {
      for (const name of names) {
        for (const { receiptHandle } of server.inspectQueue(name)?.messages.inflight ?? []) await hide(name, receiptHandle, 1)
      }
    },
    stop: () => server.stop(),
  }
}

/** fauxqs reads the region from here and checks nothing. */
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=local`
