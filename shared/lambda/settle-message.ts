import type { SQSRecord } from 'aws-lambda'
import { PipelineError, ReauthorizationRequired } from '../domain/errors.ts'
import type { Log } from '../domain/log-events.ts'
import type { Clock, ParkedMessage, ParkingLot, PoisonMessage, SourceQueue } from '../ports.ts'
import { describeError } from './log.ts'
import type { Outcome } from './sqs-handler.ts'
import { traceIdOf } from './trace-id.ts'
import { isGivenUp, nextTryAfter } from './tries.ts'

/** What a message's fate needs. Without `parking` a dead token is a failure like any other: the message stays in its queue. */
export type FateDeps = {
  readonly clock: Clock
  readonly source: SourceQueue
  readonly parking?: ParkingLot
}

/** Rejected: SQS keeps the message. Fulfilled: it is acknowledged; `parked` when it waits in the parking lot instead. */
export type Settled = { readonly result: PromiseSettledResult<Outcome>; readonly parked?: ParkedMessage }

/**
 * Does to the message what its outcome asks for. What could not be done leaves it in its queue.
 * @param outdatedAt when it fails after this (epoch milliseconds), it is superseded
 */
export const settleMessage = async (
  record: SQSRecord,
  result: PromiseSettledResult<Outcome>,
  deps: FateDeps,
  log: Log,
  outdatedAt?: number,
): Promise<Settled> => {
  try {
    if (result.status === 'rejected') return await failed(record, result.reason, deps, log, outdatedAt)
    if (typeof result.value === 'object') await deps.source.putBack(record.body, result.value.later, traceIdOf(record))
    return { result }
  } catch (reason) {
    return { result: { status: 'rejected', reason } }
  }
}

/** Moves a message that nobody can handle to the dead letters of its queue. */
export const poisonMessage = async (
  record: SQSRecord,
  reason: PoisonMessage['reason'],
  { source }: FateDeps,
  log: Log,
): Promise<Settled> => {
  const traceId = traceIdOf(record)
  try {
    await source.deadLetter({ body: record.body, reason, traceId })
    log('message_poisoned', { messageId: record.messageId, reason, traceId })
    return { result: { status: 'fulfilled', value: 'done' } }
  } catch (error) {
    return { result: { status: 'rejected', reason: error } }
  }
}

const failed = async (record: SQSRecord, reason: unknown, deps: FateDeps, log: Log, outdatedAt = Infinity): Promise<Settled> => {
  const now = deps.clock()
  if (reason instanceof PipelineError) {
    if (reason.fate === 'poison') return poisonMessage(record, reason.code, deps, log)
    if (reason instanceof ReauthorizationRequired && deps.parking !== undefined) return park(record, reason, deps.parking, deps.clock, log)
    if (now > outdatedAt) return supersede(record, reason, log)
  }
  const firstTry = firstReceivedAt(record) ?? now
  if (isGivenUp(firstTry, now)) return giveUp(record, reason, deps, log)
  await deps.source.delay(record.receiptHandle, nextTryAfter(firstTry, now, reason))
  return { result: { status: 'rejected', reason } }
}

const supersede = (record: SQSRecord, { code }: PipelineError, log: Log): Settled => {
  log('message_superseded', { messageId: record.messageId, error: code, traceId: traceIdOf(record) })
  return { result: { status: 'fulfilled', value: 'superseded' } }
}

const giveUp = async (record: SQSRecord, reason: unknown, { source }: FateDeps, log: Log): Promise<Settled> => {
  const traceId = traceIdOf(record)
  const failure = describeError(reason)
  await source.deadLetter({ body: record.body, reason: failure.error, traceId })
  log('message_given_up', { messageId: record.messageId, ...failure, traceId })
  return { result: { status: 'fulfilled', value: 'done' } }
}

/** Parked first, acknowledged second: a crash in between parks it twice, which costs one more read. */
const park = async (
  record: SQSRecord,
  { code, outageId, secretVersion }: ReauthorizationRequired,
  parking: ParkingLot,
  clock: Clock,
  log: Log,
): Promise<Settled> => {
  const traceId = traceIdOf(record)
  const parked = { body: record.body, reason: code, outageId, secretVersion, failedAt: firstReceivedAt(record) ?? clock(), traceId }
  await parking.park(parked)
  log('job_parked', { messageId: record.messageId, reason: code, outageId, traceId })
  return { result: { status: 'fulfilled', value: 'done' }, parked }
}

/** SQS says when somebody first tried. */
const firstReceivedAt = ({ attributes }: SQSRecord): number | undefined => {
  const at = Number(attributes.ApproximateFirstReceiveTimestamp)
  return Number.isFinite(at) && at > 0 ? at : undefined
}
