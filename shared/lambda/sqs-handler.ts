import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import type * as z from 'zod'
import { BudgetSpent, OutOfTime, TokenBusy } from '../domain/errors.ts'
import type { Log } from '../domain/log-events.ts'
import type { ParkedMessage } from '../ports.ts'
import { deadline } from './deadline.ts'
import { describeError } from './log.ts'
import { printableErrors } from './printable-errors.ts'
import { poisonMessage, settleMessage, type FateDeps } from './settle-message.ts'
import { withinInvocation } from './time-left.ts'
import { traceIdOf } from './trace-id.ts'

/** What became of one message. `later`: back to its queue as a new message, after so many seconds, without having failed. */
export type Outcome = 'done' | 'superseded' | { readonly later: number }

/** One invocation: `signal` is aborted when its time is nearly used up. */
export type Run = { readonly signal: AbortSignal; readonly log: Log }

/** A use case over a batch: one promise per message, in order. A PipelineError has its fate; any other rejection is a bug and is retried. */
export type BatchUse<Message, Deps> = (messages: readonly Message[], deps: Deps, run: Run) => readonly Promise<Outcome>[]

export type SqsDeps = FateDeps & {
  /** Told once for each batch and outage how many messages were parked. Its failure changes nothing: it is only a figure. */
  readonly countParked?: (outageId: string, count: number) => Promise<void>
}

/** Time kept back to tell SQS what became of the batch. */
const RESERVE_MS = 2_000
/** Of it, what a figure may not use. */
const LAST_MS = 500

type Parsed<Message> = { readonly record: SQSRecord; readonly message: Message } | { readonly record: SQSRecord; readonly poison: string }

/**
 * An SQS batch with partial failures, handled by one use case. Malformed messages and those of an unknown version go to the
 * queue's own dead-letter queue at once, with the reason; those that need a new login are parked where there is a parking lot;
 * what has not ended when time runs out goes back to the queue.
 * @param outdatedAt from when on a message that fails is not worth another try (epoch milliseconds), because what it stands for is planned
 * again by itself; undefined: never
 * @param deps asked at each invocation: what is kept from one to the next is its own business
 */
export const sqsHandler = <Schema extends z.ZodType, Deps>(
  schema: Schema,
  use: BatchUse<z.output<Schema>, Deps>,
  deps: () => (Deps & SqsDeps) | Promise<Deps & SqsDeps>,
  log: Log,
  outdatedAt: (message: z.output<Schema>) => number | undefined = () => undefined,
) => {
  return middy<SQSEvent, PromiseSettledResult<Outcome>[]>()
    .use(printableErrors)
    .use(
      sqsPartialBatchFailure({
        logger: (reason, record: SQSRecord) =>
          log('message_failed', {
            messageId: record.messageId,
            ...describeError(reason),
            counted: isFailure(reason),
            traceId: traceIdOf(record),
          }),
      }),
    )
    .handler(async (event: SQSEvent, context: Context) => {
      const parsed = event.Records.map((record) => parse(schema, record))
      const good = parsed.filter((entry) => 'message' in entry)
      const ready = await deps()
      const end = deadline(
        context.getRemainingTimeInMillis() - RESERVE_MS,
        () => new OutOfTime('the invocation ran out of time before the message was handled'),
      )
      const messages = good.map((entry) => entry.message)
      const outcomes = messages.length === 0 ? [] : withinInvocation(context, () => use(messages, ready, { signal: end.signal, log }))
      const ended = await Promise.allSettled(outcomes.map((outcome) => Promise.race([outcome, end.passed])))
      end.cancel()
      const byRecord = new Map(good.map(({ record }, index) => [record, ended[index] ?? NOT_HANDLED]))
      const settled = await Promise.all(
        parsed.map((entry) =>
          'poison' in entry
            ? poisonMessage(entry.record, entry.poison, ready, log)
            : settleMessage(entry.record, byRecord.get(entry.record) ?? NOT_HANDLED, ready, log, outdatedAt(entry.message)),
        ),
      )
      const results = settled.map(({ result }) => result)
      const parked = settled.flatMap((entry) => entry.parked ?? [])
      await tellParked(parked, ready, context.getRemainingTimeInMillis() - LAST_MS, log)
      log('batch_handled', {
        messages: results.length,
        done: results.filter((result) => result.status === 'fulfilled').length - parked.length,
        parked: parked.length,
        failed: results.filter((result) => result.status === 'rejected').length,
      })
      return results
    })
}

/** Who only has to wait for a turn has not failed. */
const isFailure = (reason: unknown): boolean => !(reason instanceof TokenBusy || reason instanceof BudgetSpent)

const NOT_HANDLED: PromiseRejectedResult = { status: 'rejected', reason: new OutOfTime('the message was not handled') }

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

const tellParked = async (parked: readonly ParkedMessage[], { countParked }: SqsDeps, ms: number, log: Log): Promise<void> => {
  if (parked.length === 0 || countParked === undefined) return
  const end = deadline(ms, () => new OutOfTime('the parked messages could not be counted in time'))
  const counts = [...Map.groupBy(parked, ({ outageId }) => outageId)].map(([outageId, group]) => countParked(outageId, group.length))
  try {
    await Promise.race([Promise.all(counts), end.passed])
  } catch (error) {
    log('parked_not_counted', describeError(error))
  } finally {
    end.cancel()
  }
}
