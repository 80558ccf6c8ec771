import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs, type FauxqsServer } from 'fauxqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sqsCandleQueue, sqsJobQueue, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { CandleQueue, JobQueue, PoisonMessage, SourceQueue } from '../../shared/ports.ts'
import { memoryQueue } from '../fakes/memory-queues.ts'
import { bar, bars, fullRead, monday } from './store-setup.ts'

type Received = { readonly body: string; readonly receiptHandle: string }
/** One queue and the queue of its dead letters. */
type Subject = {
  readonly jobs: JobQueue
  readonly candles: CandleQueue
  readonly source: SourceQueue
  readonly receive: () => Promise<readonly Received[]>
  readonly deadLetters: () => Promise<readonly PoisonMessage[]>
}

let server: FauxqsServer
let client: SQSClient
let made = 0

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new SQSClient({ region: 'us-east-1', endpoint: server.address, credentials })
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

const START = Date.UTC(2026, 0, 5, 15)
/** Both keep delays by `Date`, so that no test has to wait for them. */
const passSeconds = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000)
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: START }))
afterEach(() => vi.useRealTimers())

const create = async (name: string): Promise<string> => {
  server.createQueue(name)
  const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }))
  return QueueUrl
}

const receiveAll = async (url: string) => {
  const all = []
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] })
    const { Messages = [] } = await client.send(command)
    if (Messages.length === 0) return all
    all.push(...Messages)
  }
}

const overHttp = async (): Promise<Subject> => {
  const queue = await create(`queue-${++made}`)
  const deadLetters = await create(`queue-${made}-dlq`)
  return {
    jobs: sqsJobQueue(client, queue),
    candles: sqsCandleQueue(client, queue),
    source: sqsSourceQueue(client, { queue, deadLetters }),
    receive: async () =>
      (await receiveAll(queue)).map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, receiptHandle: ReceiptHandle })),
    deadLetters: async () =>
      (await receiveAll(deadLetters)).map(({ Body = '', MessageAttributes }) => ({
        body: Body,
        reason: MessageAttributes?.['reason']?.StringValue ?? 'none',
      })),
  }
}

const inMemory = async (): Promise<Subject> => {
  const queue = memoryQueue(Date.now)
  return { ...queue, receive: async () => queue.receive(), deadLetters: async () => queue.deadLetters }
}

const job = (ticker: string): FetchJob => ({
  v: 1,
  kind: 'live',
  ticker,
  from: monday.opensAt,
  to: monday.opensAt + 3 * MINUTE,
  sessions: [monday],
  notAfter: monday.opensAt + 5 * MINUTE,
  plannedAt: monday.opensAt + 3 * MINUTE,
  traceId: 'trace',
})
/** About 60 bytes for each bar. */
const batch = (count: number, name = 'QQQ') => {
  const candles = Array.from({ length: count }, (_, index) => ({ ...bar(monday.opensAt + index * MINUTE), close: 100 / 3 }))
  return fullRead(name, [monday], candles)
}
const jobsIn = (received: readonly Received[]): readonly FetchJob[] => received.map(({ body }) => FetchJob.parse(JSON.parse(body)))
const batchesIn = (received: readonly Received[]): readonly CandleBatch[] => received.map(({ body }) => CandleBatch.parse(JSON.parse(body)))
const tickers = (messages: readonly { readonly ticker: string }[]): readonly string[] => messages.map(({ ticker }) => ticker).toSorted()

describe.each([
  ['SQS', overHttp],
  ['memory', inMemory],
])('a queue in %s', (_name, open) => {
  let subject: Subject
  beforeEach(async () => {
    subject = await open()
  })

  it('gives a job out as it was put in', async () => {
    expect(await subject.jobs.send([job('QQQ')])).toEqual([])
    expect(jobsIn(await subject.receive())).toEqual([job('QQQ')])
  })

  it('takes more jobs than fit into one call, each once', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `T${index}`)
    expect(await subject.jobs.send(names.map(job))).toEqual([])
    expect(tickers(jobsIn(await subject.receive()))).toEqual(names.toSorted())
  })

  it('takes nothing when there is nothing', async () => {
    expect(await subject.jobs.send([])).toEqual([])
    expect(await subject.receive()).toEqual([])
  })

  it('keeps delayed jobs back until their time', async () => {
    await subject.jobs.send([job('QQQ')], 60)
    passSeconds(59)
    expect(await subject.receive()).toEqual([])
    passSeconds(1)
    expect(await subject.receive()).toHaveLength(1)
  })

  it('gives candles out unrounded', async () => {
    const sent = fullRead('QQQ', [monday], [...bars(monday, 0, 3), { ...bar(monday.opensAt + 3 * MINUTE), close: 0.1 + 0.2, volume: 0 }])
    expect(await subject.candles.send([sent])).toEqual([])
    expect(batchesIn(await subject.receive())).toEqual([sent])
  })

  it('takes batches that are together larger than one call may be', async () => {
    const sent = Array.from({ length: 4 }, (_, index) => batch(8_000, `T${index}`))
    expect(await subject.candles.send(sent)).toEqual([])
    expect(tickers(batchesIn(await subject.receive()))).toEqual(['T0', 'T1', 'T2', 'T3'])
  })

  it('names the batch that is larger than any message may be, and takes its neighbours', async () => {
    const failures = await subject.candles.send([batch(1, 'A'), batch(30_000, 'TOOLARGE'), batch(1, 'C')])
    expect(failures.map(({ index }) => index)).toEqual([1])
    expect(tickers(batchesIn(await subject.receive()))).toEqual(['A', 'C'])
  })

  it('moves a poisoned message to its dead letters with the reason', async () => {
    await subject.source.deadLetter({ body: '{"v":2}', reason: 'v: invalid_value' })
    expect(await subject.deadLetters()).toEqual([{ body: '{"v":2}', reason: 'v: invalid_value' }])
    expect(await subject.receive()).toEqual([])
  })

  it('shows a message that was put back after its seconds, a part of one counting as whole', async () => {
    await subject.source.putBack('later', 29.5)
    passSeconds(29)
    expect(await subject.receive()).toEqual([])
    passSeconds(1)
    expect(await subject.receive()).toMatchObject([{ body: 'later' }])
  })

  it('puts back for a quarter of an hour at the most', async () => {
    await subject.source.putBack('later', 5_000)
    passSeconds(899)
    expect(await subject.receive()).toEqual([])
    passSeconds(1)
    expect(await subject.receive()).toHaveLength(1)
  })

  it('hides a failing message for as long as it was told', async () => {
    await subject.source.putBack('failing', 0)
    const [received] = await subject.receive()
    await subject.source.delay(received?.receiptHandle ?? '', 300)
    passSeconds(299)
    expect(await subject.receive()).toEqual([])
    passSeconds(1)
    expect(await subject.receive()).toMatchObject([{ body: 'failing' }])
  })

  it('fails when it is asked to delay what it never gave out', async () => {
    await expect(subject.source.delay('unknown', 10)).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE', fate: 'retry' })
  })
})
