import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { sqsDepths } from '../../shared/adapters/sqs-depths.ts'

const aws = mockClient(SQSClient)
const client = new SQSClient({ region: 'us-east-1' })
let now = 0
const queues = sqsDepths(client, { urls: { jobs: 'jobs-url', 'auth-dlq': 'auth-url' }, clock: () => now })

beforeEach(() => {
  aws.reset()
  now = 0
})

describe('the depths of the queues', () => {
  it('are told by the queues’ names', async () => {
    aws.on(GetQueueAttributesCommand, { QueueUrl: 'jobs-url' }).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '4',
        ApproximateNumberOfMessagesNotVisible: '5',
        ApproximateNumberOfMessagesDelayed: '6',
      },
    })
    aws.on(GetQueueAttributesCommand, { QueueUrl: 'auth-url' }).resolves({ Attributes: { ApproximateNumberOfMessages: '7' } })
    expect(await queues.depths()).toEqual({
      jobs: { visible: 4, inFlight: 5, delayed: 6 },
      'auth-dlq': { visible: 7, inFlight: 0, delayed: 0 },
    })
  })

  it('leave out a queue that SQS does not count, and still tell the others', async () => {
    aws.on(GetQueueAttributesCommand, { QueueUrl: 'jobs-url' }).rejects(new Error('throttled'))
    aws.on(GetQueueAttributesCommand, { QueueUrl: 'auth-url' }).resolves({ Attributes: {} })
    expect(await queues.depths()).toEqual({ 'auth-dlq': { visible: 0, inFlight: 0, delayed: 0 } })
  })

  it('ask about a queue that is seldom filled every five minutes while it is empty, and every time while it is not', async () => {
    const rare = sqsDepths(client, { urls: { jobs: 'jobs-url', 'jobs-dlq': 'dlq-url' }, seldom: ['jobs-dlq'], clock: () => now })
    const asked = () => aws.commandCalls(GetQueueAttributesCommand, { QueueUrl: 'dlq-url' }).length
    aws.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '0' } })
    for (now = 0; now < 300_000; now += 60_000) expect((await rare.depths())['jobs-dlq']).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect(asked()).toBe(1)
    expect(aws.commandCalls(GetQueueAttributesCommand, { QueueUrl: 'jobs-url' })).toHaveLength(5)
    aws.on(GetQueueAttributesCommand, { QueueUrl: 'dlq-url' }).resolves({ Attributes: { ApproximateNumberOfMessages: '2' } })
    for (; now < 480_000; now += 60_000) expect((await rare.depths())['jobs-dlq']).toMatchObject({ visible: 2 })
    expect(asked()).toBe(4)
  })
})
