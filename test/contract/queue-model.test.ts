import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { processClock } from '../../local/clock/replace-date.ts'
import { startSqs } from '../../local/stack/sqs.ts'
import { memorySqs } from '../fakes/memory-sqs.ts'
import { describeQueues, playQueues, type QueueWorld, type Queues } from './queue-model.ts'

const NOON = Date.parse('2019-02-11T17:00:00Z')
const arn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`
const LOCAL = [
  { name: 'jobs-dlq', arn: arn('jobs-dlq'), visibilitySeconds: 30, attributes: { VisibilityTimeout: '30' } },
  {
    name: 'jobs',
    arn: arn('jobs'),
    visibilitySeconds: 180,
    attributes: { VisibilityTimeout: '180', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('jobs-dlq'), maxReceiveCount: 3 }) },
  },
  { name: 'later', arn: arn('later'), visibilitySeconds: 30, attributes: { VisibilityTimeout: '30', DelaySeconds: '60' } },
]
const MEMORY = [
  { name: 'jobs-dlq', visibilitySeconds: 30 },
  { name: 'jobs', visibilitySeconds: 180, redrive: { to: 'jobs-dlq', maxReceiveCount: 3 } },
  { name: 'later', visibilitySeconds: 30, delaySeconds: 60 },
]

let now = NOON
const world = (queues: () => Queues): QueueWorld => ({ queues, now: () => now, pass: (seconds) => void (now += seconds * 1000) })
beforeEach(() => {
  now = NOON
})

describe('the queues in memory', () => {
  let queues: Queues
  beforeEach(() => {
    queues = memorySqs(MEMORY, () => now)
  })
  describeQueues(world(() => queues))
})

describe('the queues of the local stack', () => {
  let dir: string
  let queues: Awaited<ReturnType<typeof startSqs>>
  beforeAll(() => processClock.use(() => now))
  afterAll(() => processClock.use(processClock.real))
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'queue-model-'))
    queues = await startSqs({ port: 0, dataDir: dir })
    await queues.create(LOCAL)
  })
  afterEach(async () => {
    await queues.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  describeQueues(world(() => queues))

  it.each([1, 2, 3])('do as those in memory do, whatever is called (seed %i)', async (seed) => {
    const local = await playQueues(
      world(() => queues),
      seed,
      120,
    )
    now = NOON
    const model = memorySqs(MEMORY, () => now)
    expect(local).toEqual(
      await playQueues(
        world(() => model),
        seed,
        120,
      ),
    )
  })
})
