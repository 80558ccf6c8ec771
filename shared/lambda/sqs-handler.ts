import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import type * as z from 'zod'
import { PipelineError } from '../domain/errors.ts'
import type { Log } from '../domain/log-events.ts'
import type { PoisonMessage, SourceQueue } from '../ports.ts'
import { describeError } from './log.ts'
import { once } from './once.ts'

/** What became of one message. `later`: back to its queue as a new message, after so many seconds, without having failed. */
export type Outcome = 'done' | 'superseded' | { readonly later: number }

/** One invocation: `signal` is aborted when its time is nearly used up. */
export type Run = { readonly signal: AbortSignal; readonly log: Log }

/** A use case over a batch: one promise per message, in order. A PipelineError has its fate; any other rejection is a bug and is retried. */
export type BatchUse<Message, Deps> = (messages: readonly Message[], deps: Deps, run: Run) => readonly Promise<Outcome>[]

/** Time kept back to tell SQS what became of the batch. */
const RESERVE_MS = 2_000

class OutOfTime extends PipelineError {
  override readonly name = 'OutOfTime'
  readonly code = 'OUT_OF_TIME'
  readonly fate = 'retry'
}

type Parsed<Message> = { readonly record: SQSRecord; readonly message: Message } | { readonly record: SQSRecord; readonly poison: string }

/**
 * An SQS batch with partial failures, handled by one use case. Malformed messages and those of an unknown version go to the
 * queue's own dead-letter queue at once, with the reason; what has not ended when time runs out goes back to the queue.
 */
export const sqsHandler = <Schema extends z.ZodType, Deps extends { readonly source: SourceQueue }>(
  schema: Schema,
  use: BatchUse<z.output<Schema>, Deps>,
  build: (log: Log) => Deps | Promise<Deps>,
  log: Log,
) => {
  const deps = once(() => build(log))
  return middy<SQSEvent, PromiseSettledResult<Outcome>[]>()
    .use(
      sqsPartialBatchFailure({
        logger: (reason, record) => log('message_failed', { messageId: messageIdOf(record), ...describeError(reason) }),
      }),
    )
    .handler(async (event: SQSEvent, context: Context) => {
      const parsed = event.Records.map((record) => parse(schema, record))
      const good = parsed.filter((entry) => 'message' in entry)
      const ready = await deps()
      const deadline = afterDelay(context.getRemainingTimeInMillis() - RESERVE_MS)
      const outcomes =
        good.length === 0
          ? []
          : use(
              good.map((entry) => entry.message),
              ready,
              { signal: deadline.signal, log },
            )
      const settled = await Promise.allSettled(outcomes.map((outcome) => Promise.race([outcome, deadline.passed])))
      deadline.cancel()
      const byRecord = new Map(good.map((entry, index) => [entry.record, settled[index]]))
      const results = await Promise.all(parsed.map((entry) => settle(entry, byRecord.get(entry.record), ready.source, log)))
      log('batch_handled', {
        messages: results.length,
        done: results.filter((result) => result.status === 'fulfilled').length,
        failed: results.filter((result) => result.status === 'rejected').length,
      })
      return results
    })
}

const parse = <Schema extends z.ZodType>(schema: Schema, record: SQSRecord): Parsed<z.output<Schema>> => {
  try {
    const result = schema.safeParse(JSON.parse(record.body))
    if (result.success) return { record, message: result.data }
    const issue = result.error.issues[0]
    return { record, poison: `${issue?.path.join('.') || 'message'}: ${issue?.code ?? 'invalid'}` }
  } catch {
    return { record, poison: 'not JSON' }
  }
}

/** Does to the message what its outcome asks for; rejected means that SQS keeps it. */
const settle = async (
  entry: Parsed<unknown>,
  result: PromiseSettledResult<Outcome> | undefined,
  source: SourceQueue,
  log: Log,
): Promise<PromiseSettledResult<Outcome>> => {
  const { record } = entry
  try {
    if ('poison' in entry) return await poison({ body: record.body, reason: entry.poison }, record, source, log)
    if (result === undefined) return { status: 'rejected', reason: new OutOfTime('the message was not handled') }
    if (result.status === 'rejected') return await failed(record, result.reason, source, log)
    if (typeof result.value === 'object') await source.putBack(record.body, result.value.later)
    return result
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

const failed = async (record: SQSRecord, reason: unknown, source: SourceQueue, log: Log): Promise<PromiseSettledResult<Outcome>> => {
  if (!(reason instanceof PipelineError)) return { status: 'rejected', reason }
  if (reason.fate === 'poison') return poison({ body: record.body, reason: reason.code }, record, source, log)
  if (reason.retryAfterSeconds !== undefined) await source.delay(record.receiptHandle, reason.retryAfterSeconds)
  return { status: 'rejected', reason }
}

const poison = async (message: PoisonMessage, record: SQSRecord, source: SourceQueue, log: Log): Promise<PromiseSettledResult<Outcome>> => {
  await source.deadLetter(message)
  log('message_poisoned', { messageId: record.messageId, reason: message.reason })
  return { status: 'fulfilled', value: 'done' }
}

const messageIdOf = (record: unknown): string =>
  typeof record === 'object' && record !== null && 'messageId' in record && typeof record.messageId === 'string'
    ? record.messageId
    : 'unknown'

const afterDelay = (ms: number) => {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  const timer = setTimeout(
    () => {
      const reason = new OutOfTime('the invocation ran out of time before the message was handled')
      controller.abort(reason)
      reject(reason)
    },
    Math.max(0, ms),
  )
  return { signal: controller.signal, passed: promise, cancel: () => clearTimeout(timer) }
}
