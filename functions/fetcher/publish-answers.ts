import { AwsUnavailable } from '../../shared/domain/errors.ts'
import type { CandleBatch } from '../../shared/domain/messages.ts'
import type { CandleQueue } from '../../shared/ports.ts'

/** How long the first answer waits for others to be published with it, milliseconds. */
const GATHER = 200

type Waiting = { readonly answer: CandleBatch; readonly settle: PromiseWithResolvers<void> }

/**
 * Publishes answers as they come, in one call those that come within a fifth of a second: a job that takes long does not hold its neighbours.
 * `publish` fails with AwsUnavailable when the queue did not take the answer. `flush` lets nobody wait who waits now.
 */
export const answerPublisher = (queue: CandleQueue, pause: (ms: number) => Promise<void>) => {
  let waiting: readonly Waiting[] = []
  const flush = async (): Promise<void> => {
    const taken = waiting
    waiting = []
    if (taken.length > 0) await send(taken, queue)
  }
  return {
    flush,
    publish: (answer: CandleBatch): Promise<void> => {
      const settle = Promise.withResolvers<void>()
      waiting = [...waiting, { answer, settle }]
      if (waiting.length === 1) void pause(GATHER).then(flush)
      return settle.promise
    },
  }
}

const send = async (taken: readonly Waiting[], queue: CandleQueue): Promise<void> => {
  try {
    const failures = new Map((await queue.send(taken.map(({ answer }) => answer))).map(({ index, reason }) => [index, reason]))
    for (const [index, { settle }] of taken.entries()) {
      const reason = failures.get(index)
      if (reason === undefined) settle.resolve()
      else settle.reject(new AwsUnavailable(`the candles queue did not take the answer: ${reason}`))
    }
  } catch (error) {
    for (const { settle } of taken) settle.reject(error)
  }
}
