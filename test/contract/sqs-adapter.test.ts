import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { sqsParkedQueue, sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { sqsCandleQueue, sqsJobQueue, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { encodeCandleBatch, type FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { bar, fullRead, monday } from './store-setup.ts'

const aws = mockClient(SQSClient)
const client = new SQSClient({ region: 'us-east-1' })
const jobs = sqsJobQueue(client, 'jobs-url')
const candles = sqsCandleQueue(client, 'candles-url')
const source = sqsSourceQueue(client, { queue: 'jobs-url', deadLetters: 'dlq-url' })

const plan = (count: number): readonly FetchJob[] =>
  Array.from({ length: count }, (_, index) => ({
    v: 1,
    kind: 'live',
    ticker: `T${index}`,
    from: monday.opensAt,
    to: monday.opensAt + MINUTE,
    sessions: [monday],
    plannedAt: monday.opensAt + MINUTE,
    traceId: 'trace',
  }))
const entriesOf = (call: number) => aws.commandCalls(SendMessageBatchCommand)[call]?.args[0].input.Entries ?? []
/** As SQS counts: bodies, and of attributes the names, types and values. */
const bytesOf = (call: number): number =>
  entriesOf(call)
    .flatMap(({ MessageBody = '', MessageAttributes = {} }) => [
      MessageBody,
      ...Object.entries(MessageAttributes).flatMap(([name, { DataType = '', StringValue = '' }]) => [name, DataType, StringValue]),
    ])
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0)
const batch = (count: number) => {
  const bars = Array.from({ length: count }, (_, index) => bar(monday.opensAt + index * MINUTE))
  return fullRead('QQQ', [monday], bars)
}
const refusal = (Id: string, Code: string) => ({ Id, Code, SenderFault: false })

beforeEach(() => aws.reset())

describe('the SQS adapter sending', () => {
  it('makes no call for no messages', async () => {
    expect(await jobs.send([])).toEqual([])
    expect(aws.calls()).toHaveLength(0)
  })

  it('puts at most ten messages into a call', async () => {
    aws.on(SendMessageBatchCommand).resolves({})
    expect(await jobs.send(plan(21))).toEqual([])
    expect([0, 1, 2].map((call) => entriesOf(call).length)).toEqual([10, 10, 1])
  })

  it('puts at most 1 MiB into a call', async () => {
    aws.on(SendMessageBatchCommand).resolves({})
    const large = batch(9_000)
    await candles.send([large, large, large, large])
    const sizes = aws.calls().map((_, call) => bytesOf(call))
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_048_576)
    expect(aws.calls().flatMap((_, call) => entriesOf(call))).toHaveLength(4)
  })

  it('counts the trace ids towards that', async () => {
    aws.on(SendMessageBatchCommand).resolves({})
    const bytes = (ticker: string): number => Buffer.byteLength(encodeCandleBatch({ ...batch(1), ticker, traceId: 'trace' }))
    const half = (ticker: string) => ({ ...batch(1), ticker, traceId: 'trace' })
    // Two bodies that fill a call to the last byte leave no room for what else counts.
    const filler = 'T'.repeat(1_048_576 / 2 - bytes(''))
    await candles.send([half(filler), half(filler)])
    expect([0, 1].map((call) => entriesOf(call).length)).toEqual([1, 1])
    aws.resetHistory()
    const shorter = filler.slice('traceIdStringtrace'.length)
    await candles.send([half(shorter), half(shorter)])
    expect([entriesOf(0).length, bytesOf(0)]).toEqual([2, 1_048_576])
  })

  it('sends no trace id that SQS would refuse', async () => {
    aws.on(SendMessageBatchCommand).resolves({})
    aws.on(SendMessageCommand).resolves({})
    await jobs.send(plan(2).map((job, index) => ({ ...job, traceId: ['', 'one\u0000two'][index] ?? '' })))
    await source.putBack('body', 0, '')
    const attributes = [
      ...entriesOf(0).map((entry) => entry.MessageAttributes),
      aws.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageAttributes,
    ]
    expect(attributes).toEqual([{}, {}, {}])
  })

  it('delays only when asked to', async () => {
    aws.on(SendMessageBatchCommand).resolves({})
    await jobs.send(plan(1))
    await jobs.send(plan(1), 30)
    expect(entriesOf(0)[0]).not.toHaveProperty('DelaySeconds')
    expect(entriesOf(1)[0]).toMatchObject({ DelaySeconds: 30 })
  })

  it('names the messages that a call did not take by their place in all that was sent', async () => {
    aws
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [refusal('3', 'InternalError')] })
      .resolvesOnce({ Failed: [refusal('10', 'ThrottlingException')] })
    expect(await jobs.send(plan(12))).toEqual([
      { index: 3, reason: 'InternalError' },
      { index: 10, reason: 'ThrottlingException' },
    ])
  })

  it('counts every message of a call that fails as not taken, and those of the other calls as taken', async () => {
    aws.on(SendMessageBatchCommand).resolvesOnce({}).rejectsOnce(new DOMException('late', 'TimeoutError'))
    expect(await jobs.send(plan(12))).toEqual([
      { index: 10, reason: 'TimeoutError' },
      { index: 11, reason: 'TimeoutError' },
    ])
  })
})

describe('the SQS adapter at the source queue', () => {
  it('keeps delays within what SQS allows', async () => {
    aws.on(SendMessageCommand).resolves({})
    aws.on(ChangeMessageVisibilityCommand).resolves({})
    await source.putBack('body', 5_000)
    await source.putBack('body', -1)
    await source.delay('receipt', 50_000)
    await source.delay('receipt', 0.2)
    expect(aws.commandCalls(SendMessageCommand).map(({ args }) => args[0].input.DelaySeconds)).toEqual([900, 0])
    expect(aws.commandCalls(ChangeMessageVisibilityCommand).map(({ args }) => args[0].input.VisibilityTimeout)).toEqual([43_200, 1])
  })

  it.each([
    ['moving to the dead letters', () => source.deadLetter({ body: 'secret body', reason: 'not JSON' })],
    ['putting back', () => source.putBack('secret body', 10)],
    ['delaying', () => source.delay('secret receipt', 10)],
  ])('fails as an outage of AWS when %s does, without the message', async (_name, call) => {
    aws.onAnyCommand().rejects(Object.assign(new Error('throttled'), { name: 'ThrottlingException' }))
    const error: unknown = await call().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'AWS_UNAVAILABLE', fate: 'retry', message: expect.stringContaining('ThrottlingException') })
    expect(String(error)).not.toContain('secret')
  })
})

describe('the SQS adapter at the parking lot', () => {
  const lot = sqsParkingLot(client, 'auth-dlq-url')
  const queue = sqsParkedQueue(client, 'auth-dlq-url')
  const parked = {
    body: 'secret body',
    reason: 'REAUTHORIZATION_REQUIRED',
    outageId: 'outage-1',
    secretVersion: 'v1',
    failedAt: monday.opensAt,
  }

  it('writes what is known of the failure into attributes, the time in ISO 8601', async () => {
    aws.on(SendMessageCommand).resolves({})
    await lot.park(parked)
    const { MessageAttributes = {}, ...rest } = aws.commandCalls(SendMessageCommand)[0]!.args[0].input
    expect(rest).toEqual({ QueueUrl: 'auth-dlq-url', MessageBody: 'secret body' })
    expect(Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [name, DataType, StringValue])).toEqual([
      ['reason', 'String', 'REAUTHORIZATION_REQUIRED'],
      ['outageId', 'String', 'outage-1'],
      ['secretVersion', 'String', 'v1'],
      ['failedAt', 'String', '2026-01-05T14:30:00.000Z'],
    ])
  })

  it('counts as removed what no call refused, and goes on after a call that failed as a whole', async () => {
    aws
      .on(DeleteMessageBatchCommand)
      .resolvesOnce({ Failed: [refusal('3', 'ReceiptHandleIsInvalid'), refusal('4', 'InternalError')] })
      .rejectsOnce(new Error('down'))
      .resolvesOnce({})
    expect(await queue.remove(Array.from({ length: 25 }, (_, index) => `receipt-${index}`))).toBe(8 + 0 + 5)
    const entries = aws.commandCalls(DeleteMessageBatchCommand).flatMap(({ args }) => args[0].input.Entries ?? [])
    expect(entries.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(Array.from({ length: 25 }, (_, index) => `receipt-${index}`))
  })

  it('waits for messages at every server of the queue', async () => {
    aws.on(ReceiveMessageCommand).resolves({})
    expect(await queue.receive()).toEqual([])
    expect(aws.commandCalls(ReceiveMessageCommand)[0]?.args[0].input).toMatchObject({ WaitTimeSeconds: 1, MaxNumberOfMessages: 10 })
  })

  it('adds up what is visible, in hand and delayed', async () => {
    aws.on(GetQueueAttributesCommand).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '3',
        ApproximateNumberOfMessagesNotVisible: '20',
        ApproximateNumberOfMessagesDelayed: '100',
      },
    })
    expect(await queue.depth()).toBe(123)
  })

  it.each([
    ['parking', () => lot.park(parked)],
    ['receiving', () => queue.receive()],
    ['counting', () => queue.depth()],
  ])('fails as an outage of AWS when %s does, without the message', async (_name, call) => {
    aws.onAnyCommand().rejects(Object.assign(new Error('throttled'), { name: 'ThrottlingException' }))
    const error: unknown = await call().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'AWS_UNAVAILABLE', fate: 'retry', message: expect.stringContaining('ThrottlingException') })
    expect(String(error)).not.toContain('secret')
  })
})
