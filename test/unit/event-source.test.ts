import { describe, expect, it } from 'vitest'
import { eventSource, type Ended, type EventSourceOptions } from '../../local/stack/event-source.ts'
import { exactlyOnce, type Deliveries } from '../../local/stack/deliveries.ts'
import { functionCalls, returned, threw } from '../fakes/function-calls.ts'
import { message, stackSqs } from '../fakes/stack-sqs.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')

const setup = (model: Partial<EventSourceOptions['model']> = {}, deliveries: Deliveries = exactlyOnce) => {
  let now = NOON
  const sqs = stackSqs()
  const calls = functionCalls()
  const ended: Ended[] = []
  const activeAtEnd: number[] = []
  const source = eventSource({
    model: {
      functionArn: 'fn',
      queueArn: 'arn:jobs',
      batchSize: 10,
      windowSeconds: 0,
      maximumConcurrency: 2,
      partialFailures: true,
      ...model,
    },
    queue: { name: 'jobs', arn: 'arn:jobs', visibilitySeconds: 180 },
    pool: calls.pool,
    sqs,
    deliveries,
    region: 'us-east-1',
    clock: () => now,
    onEnd: (entry) => {
      ended.push(entry)
      activeAtEnd.push(source.active())
    },
  })
  return { sqs, calls, ended, activeAtEnd, source, wait: (ms: number) => void (now += ms) }
}

const handled = async (answer: ReturnType<typeof returned>, model: Partial<EventSourceOptions['model']> = {}) => {
  const stack = setup(model)
  stack.sqs.put(message('a'), message('b'), message('c'))
  await stack.source.dispatch()
  await stack.calls.end(answer)
  return stack
}

const failing = (...ids: readonly string[]) => returned({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })
const ALL = ['handle-a', 'handle-b', 'handle-c']

describe('an event source', () => {
  it('hands the messages over in the form that Lambda gives them', async () => {
    const { sqs, source, calls } = setup()
    sqs.put(message('a', '{"v":1}'))
    expect(await source.dispatch()).toBe(true)
    expect(calls.events).toEqual([
      {
        Records: [
          {
            messageId: 'a',
            receiptHandle: 'handle-a',
            body: '{"v":1}',
            attributes: { ApproximateReceiveCount: '1' },
            messageAttributes: { reason: { dataType: 'String', stringValue: 'late' } },
            md5OfBody: '',
            eventSource: 'aws:sqs',
            eventSourceARN: 'arn:jobs',
            awsRegion: 'us-east-1',
          },
        ],
      },
    ])
  })

  it('starts nothing while the queue is empty', async () => {
    const { source, calls } = setup()
    expect(await source.dispatch()).toBe(false)
    expect(source.nextDueAt()).toBeUndefined()
    expect(calls.events).toEqual([])
  })

  it('keeps only the messages that the function names', async () => {
    const { sqs, ended } = await handled(failing('b'))
    expect(sqs.removed).toEqual(['handle-a', 'handle-c'])
    expect(ended).toEqual([{ done: 2, failed: 1, error: undefined }])
  })

  it('keeps every message when the invocation fails', async () => {
    const { sqs, ended } = await handled(threw('TypeError: no'))
    expect(sqs.removed).toEqual([])
    expect(ended).toEqual([{ done: 0, failed: 3, error: 'TypeError: no' }])
  })

  it.each([
    ['a text', returned('done')],
    ['a number', returned(3)],
    ['failures that are no list', returned({ batchItemFailures: 'a' })],
    ['a failure without an identifier', returned({ batchItemFailures: [{ id: 'a' }] })],
    ['a message of another batch', failing('a', 'z')],
    ['an empty identifier', failing('')],
  ])('keeps every message when the answer is %s', async (_, answer) => {
    expect((await handled(answer)).sqs.removed).toEqual([])
  })

  it.each([
    ['nothing', returned(null)],
    ['an empty object', returned({})],
    ['no failures', failing()],
    ['null for its failures', returned({ batchItemFailures: null })],
  ])('deletes every message when the answer is %s', async (_, answer) => {
    expect((await handled(answer)).sqs.removed).toEqual(ALL)
  })

  it('takes any answer for success where partial failures are not switched on', async () => {
    expect((await handled(failing('b'), { partialFailures: false })).sqs.removed).toEqual(ALL)
  })

  it('runs no more invocations at a time than maximumConcurrency', async () => {
    const { sqs, source, calls, activeAtEnd } = setup({ batchSize: 1 })
    sqs.put(message('a'), message('b'), message('c'))
    await source.dispatch()
    expect([source.active(), calls.events.length]).toEqual([2, 2])
    expect(await source.dispatch()).toBe(false)
    await calls.end()
    expect(activeAtEnd).toEqual([1])
    await source.dispatch()
    expect([source.active(), calls.events.length]).toEqual([2, 3])
  })

  it('fills a batch by more than one receive', async () => {
    const { sqs, source, calls } = setup({ batchSize: 25, windowSeconds: 60 })
    sqs.put(...Array.from({ length: 27 }, (_, index) => message(`m${index}`)))
    await source.dispatch()
    expect(calls.events).toMatchObject([{ Records: { length: 25 } }])
  })

  it('waits for a batch to fill until its window ends', async () => {
    const { sqs, source, calls, wait } = setup({ windowSeconds: 5 })
    sqs.put(message('a'))
    expect(await source.dispatch()).toBe(false)
    expect(source.nextDueAt()).toBe(NOON + 5000)
    wait(4999)
    sqs.put(message('b'))
    expect(await source.dispatch()).toBe(false)
    wait(1)
    expect(await source.dispatch()).toBe(true)
    expect(calls.events).toMatchObject([{ Records: [{ messageId: 'a' }, { messageId: 'b' }] }])
  })

  it('does not wait for the window when a batch is full', async () => {
    const { sqs, source } = setup({ windowSeconds: 5, batchSize: 2 })
    sqs.put(message('a'), message('b'))
    expect(await source.dispatch()).toBe(true)
  })

  it('begins a new window for the messages after one that others took away', async () => {
    const { sqs, source, wait } = setup({ windowSeconds: 5 })
    sqs.put(message('a'))
    await source.dispatch()
    await sqs.receive('jobs', 10)
    await source.dispatch()
    wait(60_000)
    sqs.put(message('b'))
    expect(await source.dispatch()).toBe(false)
    expect(source.nextDueAt()).toBe(NOON + 65_000)
  })

  it('is due when a hidden message appears', () => {
    const { sqs, ...rest } = setup()
    const hidden = { ...sqs, nextVisibleAt: () => NOON + 180_000 }
    const source = eventSource({
      model: { functionArn: 'fn', queueArn: 'arn:jobs', batchSize: 10, windowSeconds: 0, maximumConcurrency: 2, partialFailures: true },
      queue: { name: 'jobs', arn: 'arn:jobs', visibilitySeconds: 180 },
      pool: rest.calls.pool,
      sqs: hidden,
      deliveries: exactlyOnce,
      region: 'us-east-1',
      clock: () => NOON,
      onEnd: () => {},
    })
    expect(source.nextDueAt()).toBe(NOON + 180_000)
  })

  it('hides a message that is to be delivered again instead of deleting it', async () => {
    const { sqs, source, calls } = setup(
      {},
      { order: (all) => all.toReversed(), afterSuccess: ({ MessageId }) => (MessageId === 'a' ? { againAfterSeconds: 40 } : 'delete') },
    )
    sqs.put(message('a'), message('b'))
    await source.dispatch()
    expect(calls.events).toMatchObject([{ Records: [{ messageId: 'b' }, { messageId: 'a' }] }])
    await calls.end()
    expect(sqs.hidden).toEqual([['handle-a', 40]])
    expect(sqs.removed).toEqual(['handle-b'])
  })

  it('goes on when the queue refuses a deletion', async () => {
    const { sqs, source, calls, ended } = setup()
    Object.assign(sqs, { remove: () => Promise.reject(new Error('gone')) })
    sqs.put(message('a'))
    await source.dispatch()
    await calls.end()
    expect(ended).toMatchObject([{ failed: 1, error: 'Error: gone' }])
    expect(source.active()).toBe(0)
  })
})
