import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { sqsDepths } from '../../shared/adapters/sqs-depths.ts'

const aws = mockClient(SQSClient)
const queues = sqsDepths(new SQSClient({ region: 'us-east-1' }), { jobs: 'jobs-url', 'auth-dlq': 'auth-url' })

beforeEach(() => aws.reset())

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
})
