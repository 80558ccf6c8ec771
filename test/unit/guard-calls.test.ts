import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENVIRONMENT_HEADER } from '../../local/faults/call-moment.ts'
import type { Bender } from '../../local/faults/gate-bends.ts'
import { type Gate, startGate } from '../../local/faults/gate.ts'
import { guarded } from '../../local/stack/guard-calls.ts'
import { type Permissions, permissionsOf } from '../../local/stack/permissions.ts'

const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:000000000000:${rest}`
const JOBS = arn('sqs', 'kite-jobs')
const fn = (name: string, role: string) => ({
  logicalId: name,
  name,
  arn: name,
  handler: 'h.handler',
  zip: 'h.zip',
  roleArn: role,
  timeoutSeconds: 1,
  memoryMb: 128,
  environment: {},
})

describe('the permissions of a role', () => {
  const allows = permissionsOf(
    [fn('fetcher', 'R1'), fn('writer', 'R2'), fn('orphan', 'R3')],
    [
      {
        arn: 'R1',
        statements: [
          { actions: ['sqs:SendMessage'], resources: [JOBS] },
          { actions: ['sqs:Receive*', 'events:PutEvents'], resources: [arn('sqs', 'kite-?obs'), arn('events', 'event-bus/kite')] },
        ],
      },
      { arn: 'R2', statements: [{ actions: ['*'], resources: ['*'] }] },
    ],
  )
  it.each([
    ['fetcher', 'sqs:SendMessage', JOBS, true],
    ['fetcher', 'SQS:sendmessage', JOBS, true],
    ['fetcher', 'sqs:SendMessage', arn('sqs', 'kite-jobs-dlq'), false],
    ['fetcher', 'sqs:SendMessage', JOBS.toUpperCase(), false],
    ['fetcher', 'sqs:DeleteMessage', JOBS, false],
    ['fetcher', 'sqs:ReceiveMessage', JOBS, true],
    ['fetcher', 'events:PutEvents', arn('events', 'event-bus/kite'), true],
    ['fetcher', 'events:PutEvents', arn('events', 'event-bus/kiteX'), false],
    ['writer', 'anything:AtAll', 'arn:x', true],
    ['orphan', 'sqs:SendMessage', JOBS, false],
    ['nobody', 'sqs:SendMessage', JOBS, false],
  ])('of %s answer %s on %s with %s', (name, action, resource, expected) => {
    expect(allows(name, action, resource)).toBe(expected)
  })
})

describe('a guarded gate', () => {
  let gate: Gate
  let bend: Bender
  let asked: string[]
  const seen: (readonly string[])[] = []
  const permissions: Permissions = (...call) => {
    seen.push(call)
    return (
      call[1] !== 'sqs:SendMessage' && call[2] !== arn('secretsmanager', 'secret:other') && call[2] !== arn('events', 'event-bus/default')
    )
  }

  beforeEach(async () => {
    asked = []
    seen.length = 0
    bend = () => undefined
    gate = await startGate({
      service: async ({ body }) => {
        asked.push(body.toString())
        return { status: 200, headers: {}, body: Buffer.from('{"ok":true}') }
      },
      callOf: ({ headers }) => ({ service: String(headers['x-service']), operation: String(headers['x-operation']) }),
      bend: (called, request) => guarded(bend, permissions)(called, request),
    })
  })
  afterEach(async () => {
    await gate.stop()
  })

  const call = async (service: string, operation: string, body: object, environment?: string) => {
    const headers = {
      'x-service': service,
      'x-operation': operation,
      ...(environment !== undefined && { [ENVIRONMENT_HEADER]: environment }),
    }
    const response = await fetch(gate.url, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, text: await response.text() }
  }

  it('refuses what the role does not allow, as AWS would, and asks nobody', async () => {
    const answer = await call('sqs', 'SendMessageBatch', { QueueUrl: 'http://x/000000000000/kite-jobs' }, 'kite-prod-writer-12')
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.text)).toEqual({
      __type: 'AccessDeniedException',
      message: `kite-prod-writer is not authorized to perform: sqs:SendMessage on resource: ${JOBS}`,
    })
    expect(asked).toEqual([])
  })

  it.each([
    ['a secret by its name', 'secretsmanager', 'PutSecretValue', { SecretId: 'other' }, 400],
    ['a secret by its ARN', 'secretsmanager', 'GetSecretValue', { SecretId: arn('secretsmanager', 'secret:other') }, 400],
    ['one event of several', 'events', 'PutEvents', { Entries: [{ EventBusName: 'kite' }, {}] }, 400],
  ])('refuses %s', async (_, service, operation, body, status) => {
    expect((await call(service, operation, body, 'f-1')).status).toBe(status)
    expect(asked).toEqual([])
  })

  it('hands on what is allowed, as it came', async () => {
    const body = { QueueUrl: 'http://x/000000000000/kite-jobs', Entries: [] }
    expect(await call('sqs', 'DeleteMessageBatch', body, 'kite-prod-fetcher-1')).toEqual({ status: 200, text: '{"ok":true}' })
    expect(seen).toEqual([['kite-prod-fetcher', 'sqs:DeleteMessage', JOBS]])
    expect(asked).toEqual([JSON.stringify(body)])
  })

  it('lets those through that are no function of the stack', async () => {
    expect((await call('sqs', 'SendMessage', { QueueUrl: 'jobs' })).status).toBe(200)
    expect(seen).toEqual([])
  })

  it('plays a fault that answers in the place of the service only for those who may call it', async () => {
    bend = () => ({ how: 'replace', answer: async () => ({ status: 500, headers: {}, body: Buffer.from('fault') }) })
    expect((await call('secretsmanager', 'GetSecretValue', { SecretId: 'token' }, 'f-1')).text).toBe('fault')
    expect((await call('secretsmanager', 'GetSecretValue', { SecretId: 'other' }, 'f-1')).status).toBe(400)
  })

  it('leaves a broken connection broken', async () => {
    bend = () => ({ how: 'break' })
    await expect(call('sqs', 'SendMessage', { QueueUrl: 'jobs' }, 'f-1')).rejects.toThrow()
  })
})
