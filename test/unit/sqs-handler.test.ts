import type { Context, SQSEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { PipelineError, RateLimited, StoreRejected } from '../../shared/domain/errors.ts'
import type { LogEvent } from '../../shared/domain/log-events.ts'
import { sqsHandler, type BatchUse } from '../../shared/lambda/sqs-handler.ts'
import type { SourceQueue } from '../../shared/ports.ts'

const Message = z.object({ v: z.literal(1), id: z.string() })
type Message = z.infer<typeof Message>

const source = () => {
  const calls: unknown[] = []
  const queue: SourceQueue = {
    deadLetter: async (message) => void calls.push(['deadLetter', message]),
    putBack: async (body, seconds) => void calls.push(['putBack', body, seconds]),
    delay: async (handle, seconds) => void calls.push(['delay', handle, seconds]),
  }
  return { queue, calls }
}

const invoke = async (
  use: BatchUse<Message, { readonly source: SourceQueue }>,
  bodies: readonly string[],
  options: { remainingMs?: number; queue?: SourceQueue } = {},
) => {
  const logged: { event: LogEvent; fields: unknown }[] = []
  const handler = sqsHandler(
    Message,
    use,
    () => ({ source: options.queue ?? source().queue }),
    (event, fields) => void logged.push({ event, fields }),
  )
  const event = {
    Records: bodies.map((body, index) => ({ messageId: `m${index}`, receiptHandle: `r${index}`, body })),
  } as unknown as SQSEvent
  const context = { getRemainingTimeInMillis: () => options.remainingMs ?? 30_000 } as unknown as Context
  const answer = (await handler(event, context)) as unknown as { batchItemFailures: { itemIdentifier: string }[] }
  return { failed: answer.batchItemFailures.map((failure) => failure.itemIdentifier), logged }
}

const message = (id: string): string => JSON.stringify({ v: 1, id })

describe('sqsHandler', () => {
  it('returns only the message that failed', async () => {
    const { failed } = await invoke(
      (messages) => messages.map(async ({ id }) => (id === 'bad' ? Promise.reject(new Error('bug')) : 'done')),
      [message('a'), message('bad'), message('c')],
    )
    expect(failed).toEqual(['m1'])
  })

  it('moves malformed messages and unknown versions to the dead-letter queue while their neighbours succeed', async () => {
    const { queue, calls } = source()
    const seen: string[] = []
    const bodies = ['not json', message('a'), JSON.stringify({ v: 2, id: 'b' }), '{}']
    const { failed } = await invoke((messages) => messages.map(async ({ id }) => (seen.push(id), 'done' as const)), bodies, { queue })
    expect(seen).toEqual(['a'])
    expect(failed).toEqual([])
    expect(calls).toEqual([
      ['deadLetter', { body: bodies[0], reason: 'not JSON' }],
      ['deadLetter', { body: bodies[2], reason: 'v: invalid_value' }],
      ['deadLetter', { body: bodies[3], reason: 'v: invalid_value' }],
    ])
  })

  it('keeps a poisoned message when the dead-letter queue does not take it', async () => {
    const { queue } = source()
    const failing = { ...queue, deadLetter: () => Promise.reject(new Error('queue is down')) }
    expect((await invoke(() => [], ['not json'], { queue: failing })).failed).toEqual(['m0'])
  })

  it('moves to the dead-letter queue what is refused for good', async () => {
    const { queue, calls } = source()
    const { failed } = await invoke(() => [Promise.reject(new StoreRejected('refused'))], [message('a')], { queue })
    expect(failed).toEqual([])
    expect(calls).toEqual([['deadLetter', { body: message('a'), reason: 'STORE_REJECTED' }]])
  })

  it('shows a message again when Schwab said it may be tried again', async () => {
    const { queue, calls } = source()
    const { failed } = await invoke(() => [Promise.reject(new RateLimited('429', { retryAfterSeconds: 17 }))], [message('a')], { queue })
    expect(failed).toEqual(['m0'])
    expect(calls).toEqual([['delay', 'r0', 17]])
  })

  it('puts a postponed message back as a new one', async () => {
    const { queue, calls } = source()
    const { failed } = await invoke(() => [Promise.resolve({ later: 30 })], [message('a')], { queue })
    expect(failed).toEqual([])
    expect(calls).toEqual([['putBack', message('a'), 30]])
  })

  it('keeps a postponed message when it could not be put back', async () => {
    const { queue } = source()
    const failing = { ...queue, putBack: () => Promise.reject(new Error('queue is down')) }
    expect((await invoke(() => [Promise.resolve({ later: 30 })], [message('a')], { queue: failing })).failed).toEqual(['m0'])
  })

  it('returns what is not done when time runs out, and aborts it', async () => {
    let aborted = false
    const { failed, logged } = await invoke(
      (_messages, _deps, { signal }) => {
        signal.addEventListener('abort', () => (aborted = true))
        return [Promise.resolve('done'), new Promise(() => undefined)]
      },
      [message('a'), message('slow')],
      { remainingMs: 2_010 },
    )
    expect(failed).toEqual(['m1'])
    expect(aborted).toBe(true)
    expect(logged).toContainEqual({ event: 'message_failed', fields: expect.objectContaining({ messageId: 'm1', error: 'OUT_OF_TIME' }) })
  })

  it('fails the whole batch when what it needs cannot be built, and builds again at the next event', async () => {
    let attempts = 0
    const handler = sqsHandler(
      Message,
      () => [Promise.resolve('done')],
      () => {
        if (++attempts === 1) throw new Error('no secret')
        return { source: source().queue }
      },
      () => undefined,
    )
    const event = { Records: [{ messageId: 'm0', receiptHandle: 'r0', body: message('a') }] } as unknown as SQSEvent
    const context = { getRemainingTimeInMillis: () => 30_000 } as unknown as Context
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] })
    expect(await handler(event, context)).toEqual({ batchItemFailures: [] })
  })

  it('logs no body', async () => {
    class Odd extends PipelineError {
      override readonly name = 'Odd'
      readonly code = 'ODD'
      readonly fate = 'retry'
    }
    const { logged } = await invoke(() => [Promise.reject(new Odd('it failed'))], [message('secret-in-body')])
    expect(JSON.stringify(logged)).not.toContain('secret-in-body')
  })
})
