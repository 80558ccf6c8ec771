import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { processClock } from '../../local/clock/replace-date.ts'
import { listen } from '../../local/listen.ts'
import { startSqs } from '../../local/stack/sqs.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')
const DLQ_ARN = 'arn:aws:sqs:us-east-1:000000000000:jobs-dlq'
const QUEUES = [
  { name: 'jobs-dlq', arn: DLQ_ARN, visibilitySeconds: 30, attributes: {} },
  {
    name: 'jobs',
    arn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
    visibilitySeconds: 180,
    attributes: { VisibilityTimeout: '180', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DLQ_ARN, maxReceiveCount: 3 }) },
  },
  { name: 'later', arn: 'arn:aws:sqs:us-east-1:000000000000:later', visibilitySeconds: 30, attributes: { DelaySeconds: '60' } },
]

describe('the queues of the local stack', () => {
  let now = NOON
  let dir: string
  let sqs: Awaited<ReturnType<typeof startSqs>>

  const open = async (): Promise<void> => {
    sqs = await startSqs({ port: 0, dataDir: dir })
    await sqs.create(QUEUES)
  }
  const bodies = async (queue = 'jobs') => (await sqs.receive(queue, 10)).map(({ Body }) => Body)
  const pass = (seconds: number): void => void (now += seconds * 1000)

  beforeAll(() => processClock.use(() => now))
  afterAll(() => processClock.use(processClock.real))
  beforeEach(async () => {
    now = NOON
    dir = mkdtempSync(join(tmpdir(), 'local-sqs-'))
    await open()
  })
  afterEach(async () => {
    await sqs.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('hide a received message for the visibility time-out of simulated time', async () => {
    await sqs.send('jobs', 'a')
    expect(await bodies()).toEqual(['a'])
    expect(sqs.depth('jobs')).toEqual({ visible: 0, inFlight: 1, delayed: 0 })
    expect(sqs.nextVisibleAt('jobs')).toBe(NOON + 180_000)
    pass(179)
    expect(await bodies()).toEqual([])
    pass(1)
    expect(await bodies()).toEqual(['a'])
  })

  // A redelivered message was never received and the clock stood still: who looked saw it in flight until somebody received.
  it('count a message as visible as soon as its visibility time-out has ended', async () => {
    await sqs.send('jobs', 'a')
    await bodies()
    pass(180)
    expect(sqs.depth('jobs')).toEqual({ visible: 1, inFlight: 0, delayed: 0 })
  })

  it('count a delayed message as visible as soon as its delay is over', async () => {
    await sqs.send('later', 'a')
    expect(sqs.depth('later')).toEqual({ visible: 0, inFlight: 0, delayed: 1 })
    expect(sqs.nextVisibleAt('later')).toBe(NOON + 60_000)
    expect(await bodies('later')).toEqual([])
    pass(60)
    expect(sqs.depth('later')).toEqual({ visible: 1, inFlight: 0, delayed: 0 })
    expect(await bodies('later')).toEqual(['a'])
  })

  it('name no moment in the past for the next message', async () => {
    await sqs.send('jobs', 'a')
    await bodies()
    pass(181)
    expect(sqs.nextVisibleAt('jobs')).toBeUndefined()
  })

  it('move a message to the dead-letter queue after maxReceiveCount receives', async () => {
    await sqs.send('jobs', 'a')
    for (let receive = 1; receive <= 3; receive++) {
      expect(await bodies()).toEqual(['a'])
      pass(180)
    }
    expect(await bodies()).toEqual([])
    expect(sqs.depth('jobs')).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect(sqs.depth('jobs-dlq').visible).toBe(1)
    expect(await bodies('jobs-dlq')).toEqual(['a'])
  })

  it('count the receives in the attributes of a message', async () => {
    await sqs.send('jobs', 'a')
    await bodies()
    pass(180)
    expect(await sqs.receive('jobs', 1)).toMatchObject([{ Attributes: { ApproximateReceiveCount: '2' } }])
  })

  it('hide a message for as long as asked, at least a second', async () => {
    await sqs.send('jobs', 'a')
    const hide = async (seconds: number) => {
      const [message] = await sqs.receive('jobs', 1)
      await sqs.hide('jobs', message?.ReceiptHandle ?? '', seconds)
    }
    await hide(40)
    expect(sqs.nextVisibleAt('jobs')).toBe(NOON + 40_000)
    pass(40)
    await hide(0)
    expect(sqs.nextVisibleAt('jobs')).toBe(NOON + 41_000)
  })

  it('delete what is done', async () => {
    await sqs.send('jobs', 'a')
    await sqs.send('jobs', 'b')
    const received = await sqs.receive('jobs', 10)
    await sqs.remove(
      'jobs',
      received.filter(({ Body }) => Body === 'a').map(({ ReceiptHandle }) => ReceiptHandle),
    )
    await sqs.remove('jobs', [])
    pass(180)
    expect(await bodies()).toEqual(['b'])
  })

  it('survive a restart with their messages, receive counts and those in flight', async () => {
    await sqs.send('jobs', 'held')
    await bodies()
    await sqs.send('jobs', 'waiting')
    await sqs.send('later', 'delayed')
    await sqs.stop()
    await open()
    expect(sqs.depth('jobs')).toEqual({ visible: 1, inFlight: 1, delayed: 0 })
    expect(sqs.depth('later').delayed).toBe(1)
    expect(await bodies()).toEqual(['waiting'])
    pass(180)
    const counts = (await sqs.receive('jobs', 10)).map(({ Body, Attributes }) => [Body, Attributes['ApproximateReceiveCount']])
    expect(Object.fromEntries(counts)).toEqual({ held: '2', waiting: '2' })
  })

  it('give back what a stack held that was killed', async () => {
    await sqs.send('jobs', 'a')
    await bodies()
    await sqs.releaseHeld()
    pass(1)
    expect(await bodies()).toEqual(['a'])
  })

  it('take another port when theirs is in use', async () => {
    const other = createServer()
    const taken = await listen(other, 0, '0.0.0.0')
    const second = await startSqs({ port: taken, dataDir: join(dir, 'second') })
    expect(second.port).not.toBe(taken)
    await second.create(QUEUES)
    await second.send('jobs', 'a')
    expect(second.depth('jobs').visible).toBe(1)
    await second.stop()
    other.close()
  })
})
