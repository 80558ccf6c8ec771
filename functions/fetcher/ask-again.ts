import type { Log } from '../../shared/domain/log-events.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { JobQueue } from '../../shared/ports.ts'

/** Enqueues windows of one ticker that an answer has left open. What the queue does not take is planned again later. */
export const askAgain = async (jobs: readonly FetchJob[], queue: JobQueue, log: Log): Promise<void> => {
  const [first] = jobs
  if (first === undefined) return
  const failures = await queue.send(jobs)
  log('sessions_asked_again', { ticker: first.ticker, count: jobs.length - failures.length, traceId: first.traceId })
}
