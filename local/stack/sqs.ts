import { startFauxqs } from 'fauxqs'
import * as z from 'zod'
import { startLocalServer } from '../http/local-server.ts'
import { readAll, type Service, type ServiceAnswer } from '../http/service.ts'
import { ACCOUNT, REGION } from '../template/place.ts'
import type { QueueModel } from '../template/stack-model.ts'
import { checkQueues } from './check-queues.ts'
import { inProcess } from './in-process.ts'
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
  /** SQS without HTTP. */
  readonly service: Service
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

export type LocalSqsOptions = {
  readonly port: number
  readonly dataDir: string
  /** Somebody has sent messages. */
  readonly onSent?: () => void
}

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
  onSent,
}: LocalSqsOptions): Promise<LocalSqs & { readonly create: (queues: readonly QueueModel[]) => Promise<void> }> => {
  checkQueues(dataDir)
  const { started: server, service: fauxqs } = await withoutWaitingForTheDisk(() =>
    inProcess(() => startFauxqs({ port: 0, dataDir, logger: false, host: '127.0.0.1', defaultRegion: REGION })),
  )
  const service: Service = async (request) => {
    const answer = await fauxqs(request)
    if (String(request.headers['x-amz-target']).startsWith('AmazonSQS.SendMessage')) onSent?.()
    return answer
  }
  const front = await startLocalServer({
    port,
    admits: 'programs',
    handle: async (request, response) => {
      const { method = 'GET', url: path = '/', headers } = request
      const body = await readAll(request)
      // fauxqs knows SNS and S3 as well, and takes their calls from forms.
      const isSqs = String(headers['x-amz-target']).startsWith('AmazonSQS.')
      const made = isSqs ? await service({ method, path, headers, body }) : NOT_SQS
      response.writeHead(made.status, made.headers).end(made.body)
    },
  })
  const { url } = front
  const host = `127.0.0.1:${front.port}`
  const names = new Set<string>()

  const call = async (action: string, body: object): Promise<unknown> => {
    const answer = await service({
      method: 'POST',
      path: '/',
      headers: { host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}`, authorization: AUTHORIZATION },
      body: Buffer.from(JSON.stringify(body)),
    })
    const text = answer.body.toString()
    if (answer.status !== 200) throw new Error(`SQS ${action} answered ${answer.status}: ${text.slice(0, 300)}`)
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
    port: front.port,
    service,
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
    stop: async () => {
      await front.stop()
      await server.stop()
    },
  }
}

const NOT_SQS: ServiceAnswer = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(
    JSON.stringify({ __type: 'com.amazonaws.sqs#UnsupportedOperation', message: 'This is SQS by its JSON protocol, and nothing else.' }),
  ),
}

/** fauxqs reads the region from here and checks nothing. */
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=local`
