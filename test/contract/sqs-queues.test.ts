import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs, type FauxqsServer } from 'fauxqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sqsParkedQueue, sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { sqsCandleQueue, sqsJobQueue, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import type { CandleQueue, JobQueue, ParkedMessage, ParkedQueue, ParkingLot, PoisonMessage, SourceQueue } from '../../shared/ports.ts'
import { memoryParking, memoryQueue } from '../fakes/memory-queues.ts'
import { bar, bars, fullRead, monday } from './store-setup.ts'

type Received = { readonly body: string; readonly receiptHandle: string; readonly traceId: string | undefined }
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
      (await receiveAll(queue)).map(({ Body = '', ReceiptHandle = '', MessageAttributes }) => ({
        body: Body,
        receiptHandle: ReceiptHandle,
        traceId: MessageAttributes?.['traceId']?.StringValue,
      })),
    deadLetters: async () =>
      (await receiveAll(deadLetters)).map(({ Body = '', MessageAttributes }) => ({
        body: Body,
        reason: MessageAttributes?.['reason']?.StringValue ?? 'none',
        traceId: MessageAttributes?.['traceId']?.StringValue,
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

  it('tells the trace id of a message before its body is read', async () => {
    await subject.jobs.send([{ ...job('QQQ'), traceId: 'trace-1' }])
    await subject.candles.send([{ ...batch(1), traceId: 'trace-2' }])
    await subject.source.putBack('later', 0, 'trace-3')
    await subject.source.putBack('later', 0)
    const traceIds = (await subject.receive()).map(({ traceId }) => traceId ?? 'none')
    expect(traceIds.toSorted()).toEqual(['none', 'trace-1', 'trace-2', 'trace-3'])
  })

  it('moves a poisoned message to its dead letters with the reason and its trace id', async () => {
    await subject.source.deadLetter({ body: '{"v":2}', reason: 'v: invalid_value', traceId: 'trace-1' })
    await subject.source.deadLetter({ body: '{}', reason: 'v: invalid_value' })
    expect(await subject.deadLetters()).toEqual([
      { body: '{"v":2}', reason: 'v: invalid_value', traceId: 'trace-1' },
      { body: '{}', reason: 'v: invalid_value' },
    ])
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

/** A parking lot from both sides, and what lies in it as anybody may see it. */
type ParkingSubject = {
  readonly lot: ParkingLot
  readonly queue: ParkedQueue
  readonly look: () => Promise<readonly ParkedMessage[]>
}

const parkingOverHttp = async (): Promise<ParkingSubject> => {
  const url = await create(`parking-${++made}`)
  return {
    lot: sqsParkingLot(client, url),
    queue: sqsParkedQueue(client, url),
    look: async () =>
      (await receiveAll(url)).map(({ Body: body = '', MessageAttributes = {} }) => {
        const text = (name: string): string => MessageAttributes[name]?.StringValue ?? 'none'
        const [reason, outageId, secretVersion] = [text('reason'), text('outageId'), text('secretVersion')]
        const traceId = MessageAttributes['traceId']?.StringValue
        return { body, reason, outageId, secretVersion, failedAt: Date.parse(text('failedAt')), traceId }
      }),
  }
}
const parkingInMemory = async (): Promise<ParkingSubject> => {
  const parking = memoryParking(Date.now)
  return { lot: parking, queue: parking, look: async () => parking.messages() }
}

describe.each([
  ['SQS', parkingOverHttp],
  ['memory', parkingInMemory],
])('a parking lot in %s', (_name, open) => {
  let subject: ParkingSubject
  beforeEach(async () => {
    subject = await open()
  })
  const message = (body: string): ParkedMessage => ({
    body,
    reason: 'REAUTHORIZATION_REQUIRED',
    outageId: 'outage-1',
    secretVersion: 'v1',
    failedAt: START - 1_234,
  })
  const park = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) await subject.lot.park(message(`body ${index}`))
  }
  const bodies = (messages: readonly { readonly body: string }[]): readonly string[] => messages.map(({ body }) => body).toSorted()

  it('keeps a message as it was, with what is known of its failure', async () => {
    await subject.lot.park(message('{"as":"received"}'))
    expect(await subject.look()).toEqual([message('{"as":"received"}')])
  })

  it('keeps its trace id, and tells it to who redrives it', async () => {
    await subject.lot.park({ ...message('body 0'), traceId: 'trace-1' })
    await subject.lot.park(message('body 1'))
    const received = await subject.queue.receive()
    expect(received.map(({ body, traceId }) => `${body} ${traceId}`).toSorted()).toEqual(['body 0 trace-1', 'body 1 undefined'])
    passSeconds(120)
    expect((await subject.look()).map(({ traceId }) => traceId ?? 'none').toSorted()).toEqual(['none', 'trace-1'])
  })

  it('gives out at most ten at a time, each once', async () => {
    await park(12)
    const [first, second] = [await subject.queue.receive(), await subject.queue.receive()]
    expect([first.length, second.length]).toEqual([10, 2])
    expect(new Set(bodies([...first, ...second])).size).toBe(12)
  })

  it('shows again after two minutes what was not removed', async () => {
    await park(1)
    expect(bodies(await subject.queue.receive())).toEqual(['body 0'])
    passSeconds(119)
    expect(await subject.queue.receive()).toEqual([])
    passSeconds(1)
    expect(bodies(await subject.queue.receive())).toEqual(['body 0'])
  })

  it('counts what waits, in hand or not', async () => {
    expect(await subject.queue.depth()).toBe(0)
    await park(12)
    await subject.queue.receive()
    expect(await subject.queue.depth()).toBe(12)
  })

  it('removes more than fit into one call, and nothing else', async () => {
    await park(13)
    const received = [...(await subject.queue.receive()), ...(await subject.queue.receive())]
    const [kept, ...others] = received
    expect(await subject.queue.remove(others.map(({ receiptHandle }) => receiptHandle))).toBe(12)
    expect(await subject.queue.depth()).toBe(1)
    passSeconds(120)
    expect(bodies(await subject.queue.receive())).toEqual([kept?.body])
  })

  it('removes nothing when there is nothing to remove', async () => {
    expect(await subject.queue.remove([])).toBe(0)
  })
})

describe('a parked queue that is only looked at', () => {
  it('shows its messages again after the time that was asked for', async () => {
    const url = await create(`parking-${++made}`)
    await sqsParkingLot(client, url).park({ body: 'body', reason: 'r', outageId: 'o', secretVersion: 'v', failedAt: START })
    const queue = sqsParkedQueue(client, url, { visibilitySeconds: 30 })
    expect(await queue.receive()).toHaveLength(1)
    passSeconds(30)
    expect(await queue.receive()).toHaveLength(1)
  })
})
