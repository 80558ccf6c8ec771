import { AwsUnavailable } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { MINUTE, minuteOf } from '../../shared/domain/time.ts'
import type { Outcome, Run } from '../../shared/lambda/sqs-handler.ts'
import type { CandleQueue } from '../../shared/ports.ts'
import type { FetchDeps } from './fetch-deps.ts'
import { fetchWindow, type Answer } from './fetch-window.ts'
import { refusalNotes } from './note-refusals.ts'
import { takeCalls } from './take-calls.ts'

/**
 * Fetches each job's window and publishes what came back: one call for the budget, one for the token and one for the answers of the
 * whole batch. While the token is dead every job fails with ReauthorizationRequired and Schwab is asked nothing.
 */
export const fetchCandles = (jobs: readonly FetchJob[], deps: FetchDeps, run: Run): readonly Promise<Outcome>[] => {
  const now = deps.clock()
  const current = jobs.filter((job) => job.notAfter === undefined || now <= job.notAfter)
  const start = begin(current, deps)
  const note = refusalNotes(deps, run.log)
  const answers = new Map(
    current.map((job): [FetchJob, Promise<Answer>] => [
      job,
      start.then(({ allowed, token }) =>
        token !== undefined && allowed.has(job) ? fetchWindow(job, token, note, deps, run) : 'postponed',
      ),
    ]),
  )
  const published = Promise.allSettled(answers.values()).then((settled) => publish(settled.flatMap(batchOf), deps.candles))
  return jobs.map(async (job) => {
    const answer = await answers.get(job)
    if (answer === undefined) return superseded(job, run.log)
    if (answer === 'postponed') return postponed(job, deps.clock(), run.log)
    if (answer === 'refused') return 'superseded'
    if (answer === 'nothing') return 'done'
    const refused = (await published).get(answer)
    if (refused !== undefined) throw new AwsUnavailable(`the candles queue did not take the answer: ${refused}`)
    return 'done'
  })
}

type Start = { readonly allowed: ReadonlySet<FetchJob>; readonly token: string | undefined }

/** A token that the database holds for dead is looked at even when no call is granted: its jobs are parked, not sent round until a minute has room. */
const begin = async (jobs: readonly FetchJob[], deps: FetchDeps): Promise<Start> => {
  const { jobs: allowed, deadVersion } = await takeCalls(jobs, deps)
  const needed = allowed.size > 0 || deadVersion !== undefined
  return { allowed, token: needed ? await deps.tokens.accessToken(deadVersion) : undefined }
}

const batchOf = (settled: PromiseSettledResult<Answer>): readonly CandleBatch[] =>
  settled.status === 'fulfilled' && typeof settled.value === 'object' ? [settled.value] : []

/** @returns the reason for each batch that the queue did not take */
const publish = async (batches: readonly CandleBatch[], queue: CandleQueue): Promise<ReadonlyMap<Answer, string>> => {
  const failures = batches.length === 0 ? [] : await queue.send(batches)
  return new Map(failures.flatMap(({ index, reason }) => (batches[index] === undefined ? [] : [[batches[index], reason] as const])))
}

const superseded = (job: FetchJob, log: Log): 'superseded' => {
  log('job_superseded', { ticker: job.ticker, traceId: job.traceId })
  return 'superseded'
}

/** Back to the queue until the next minute has a budget of its own. */
const postponed = (job: FetchJob, now: number, log: Log): Outcome => {
  const later = Math.max(1, Math.ceil((minuteOf(now) + MINUTE - now) / 1000))
  log('job_postponed', { ticker: job.ticker, seconds: later, traceId: job.traceId })
  return { later }
}
