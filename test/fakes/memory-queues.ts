import { AwsUnavailable } from '../../shared/domain/errors.ts'
import { encodeCandleBatch, encodeFetchJob } from '../../shared/domain/messages.ts'
import type {
  CandleQueue,
  Clock,
  JobQueue,
  ParkedMessage,
  ParkedQueue,
  ParkingLot,
  PoisonMessage,
  SendFailure,
  SourceQueue,
} from '../../shared/ports.ts'

/** One queue with its dead-letter queue, seen from every side that the program has of it. */
export type MemoryQueue = {
  readonly jobs: JobQueue
  readonly candles: CandleQueue
  readonly source: SourceQueue
  /** What is visible now, oldest first. It stays hidden for 30 seconds, or as long as `source.delay` says. */
  receive(): readonly { readonly body: string; readonly receiptHandle: string; readonly traceId: string | undefined }[]
  /** The bodies of every message ever taken, in order. */
  readonly taken: readonly string[]
  readonly deadLetters: readonly PoisonMessage[]
  /** The next send does not take the messages at these places. */
  refuseNext(...indexes: readonly number[]): void
  /** How many messages each send brought. */
  readonly sends: readonly number[]
}

const MAX_BYTES = 1_048_576
const VISIBILITY_SECONDS = 30

/** A standard queue in memory that keeps to the contract of its ports. */
export const memoryQueue = (clock: Clock = () => 0): MemoryQueue => {
  const messages: { readonly body: string; readonly traceId: string | undefined; readonly receiptHandle: string; visibleAt: number }[] = []
  const taken: string[] = []
  const deadLetters: PoisonMessage[] = []
  const sends: number[] = []
  let refused: readonly number[] = []

  const after = (seconds: number): number => clock() + Math.ceil(seconds) * 1000
  const add = (body: string, seconds: number, traceId: string | undefined): void => {
    taken.push(body)
    messages.push({ body, traceId, receiptHandle: `receipt-${taken.length}`, visibleAt: after(seconds) })
  }
  const send = (all: readonly (readonly [body: string, traceId: string])[], seconds: number): readonly SendFailure[] => {
    sends.push(all.length)
    const failures = all.flatMap(([body, traceId], index) => {
      if (refused.includes(index)) return [{ index, reason: 'refused by the test' }]
      if (Buffer.byteLength(body) > MAX_BYTES) return [{ index, reason: 'too long' }]
      add(body, seconds, traceId)
      return []
    })
    refused = []
    return failures
  }

  return {
    taken,
    deadLetters,
    sends,
    refuseNext: (...indexes) => {
      refused = indexes
    },
    receive: () => {
      const visible = messages.filter(({ visibleAt }) => visibleAt <= clock())
      for (const message of visible) message.visibleAt = after(VISIBILITY_SECONDS)
      return visible.map(({ body, receiptHandle, traceId }) => ({ body, receiptHandle, traceId }))
    },
    jobs: {
      send: async (jobs, delaySeconds = 0) =>
        send(
          jobs.map((job) => [encodeFetchJob(job), job.traceId]),
          delaySeconds,
        ),
    },
    candles: {
      send: async (batches) =>
        send(
          batches.map((batch) => [encodeCandleBatch(batch), batch.traceId]),
          0,
        ),
    },
    source: {
      deadLetter: async (message) => void deadLetters.push(message),
      putBack: async (body, seconds, traceId) => add(body, Math.min(900, Math.max(0, seconds)), traceId),
      delay: async (receiptHandle, seconds) => {
        const message = messages.find((message) => message.receiptHandle === receiptHandle)
        if (message === undefined) throw new AwsUnavailable('the queue gave out no such receipt')
        message.visibleAt = after(Math.min(43_200, Math.max(0, seconds)))
      },
    },
  }
}

export type MemoryParking = ParkingLot &
  ParkedQueue & {
    /** What is parked, hidden or not. */
    messages(): readonly ParkedMessage[]
    /** So many of the next parks fail. */
    refuseParks(count: number): void
    /** So many of the next messages are not deleted. */
    refuseRemoves(count: number): void
  }

const PARKED_VISIBILITY = 120_000

/** `auth-dlq` in memory, from both sides. */
export const memoryParking = (clock: Clock = () => 0): MemoryParking => {
  const parked = new Map<string, { readonly message: ParkedMessage; visibleAt: number }>()
  let [parksToRefuse, removesToRefuse, receipts] = [0, 0, 0]
  return {
    messages: () => [...parked.values()].map(({ message }) => message),
    refuseParks: (count) => {
      parksToRefuse = count
    },
    refuseRemoves: (count) => {
      removesToRefuse = count
    },
    park: async (message) => {
      if (parksToRefuse-- > 0) throw new AwsUnavailable('refused by the test')
      parked.set(`receipt-${(receipts += 1)}`, { message, visibleAt: 0 })
    },
    depth: async () => parked.size,
    receive: async () => {
      const visible = [...parked].filter(([, { visibleAt }]) => visibleAt <= clock()).slice(0, 10)
      for (const [, entry] of visible) entry.visibleAt = clock() + PARKED_VISIBILITY
      return visible.map(([receiptHandle, { message }]) => ({ receiptHandle, body: message.body, traceId: message.traceId }))
    },
    remove: async (receiptHandles) => receiptHandles.filter((handle) => removesToRefuse-- <= 0 && parked.delete(handle)).length,
  }
}
