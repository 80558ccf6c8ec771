import type { Log } from '../../shared/domain/log-events.ts'
import type { FetchJob } from '../../shared/domain/messages.ts'
import type { Outcome, Run } from '../../shared/lambda/sqs-handler.ts'
import type { FetchDeps } from './fetch-deps.ts'
import { fetchWindow, type Answer } from './fetch-window.ts'
import { refusalNotes } from './note-refusals.ts'
import { answerPublisher } from './publish-answers.ts'
import { takeCalls, type Grant } from './take-calls.ts'

/**
 * Fetches each job's window and publishes what comes back: one call for the budget and one for the token of the whole batch, and one for
 * the answers that come together. While the token is dead every job fails with ReauthorizationRequired and Schwab is asked nothing.
 */
export const fetchCandles = (jobs: readonly FetchJob[], deps: FetchDeps, run: Run): readonly Promise<Outcome>[] => {
  const now = deps.clock()
  const current = jobs.filter((job) => job.notAfter === undefined || now <= job.notAfter)
  const start = begin(current, deps)
  const note = refusalNotes(deps, run.log)
  const { publish, flush } = answerPublisher(deps.candles, deps.pause)
  const answers = new Map(
    current.map((job): [FetchJob, Promise<Answer>] => [
      job,
      start.then(({ allowed, token }) =>
        token !== undefined && allowed.has(job) ? fetchWindow(job, token, note, deps, run) : 'postponed',
      ),
    ]),
  )
  void Promise.allSettled(answers.values()).then(flush)
  return jobs.map(async (job) => {
    const answer = await answers.get(job)
    if (answer === undefined) return superseded(job, run.log)
    if (answer === 'postponed') return postponed(job, (await start).freeAt, deps.clock(), run.log)
    if (answer === 'refused') return 'superseded'
    if (answer === 'nothing') return 'done'
    await publish(answer)
    return 'done'
  })
}

type Start = { readonly allowed: ReadonlySet<FetchJob>; readonly token: string | undefined; readonly freeAt: number | undefined }

/**
 * A token that the database holds for dead is looked at even when no call is granted: its jobs are parked, not sent round until there is
 * room. A token that was long in coming may have outlasted the grant: then it is taken anew.
 */
const begin = async (jobs: readonly FetchJob[], deps: FetchDeps): Promise<Start> => {
  const grant = await takeCalls(jobs, deps)
  const needed = grant.jobs.size > 0 || grant.deadVersion !== undefined
  const token = needed ? await deps.tokens.accessToken(grant.deadVersion) : undefined
  const { jobs: allowed, freeAt }: Grant = deps.clock() > grant.usableUntil ? await takeCalls(jobs, deps) : grant
  return { allowed, token, freeAt }
}

const superseded = (job: FetchJob, log: Log): 'superseded' => {
  log('job_superseded', { ticker: job.ticker, traceId: job.traceId })
  return 'superseded'
}

/** The past comes round once a minute: it may wait, and there may be very much of it. */
const FULL_WAIT = 60

/** Back to the queue until there is room for another call. */
const postponed = ({ kind, ticker, traceId }: FetchJob, freeAt: number | undefined, now: number, log: Log): Outcome => {
  const room = freeAt === undefined ? FULL_WAIT : Math.ceil((freeAt - now) / 1000)
  const later = kind === 'live' ? Math.min(FULL_WAIT, Math.max(1, room)) : FULL_WAIT
  log('job_postponed', { ticker, seconds: later, traceId })
  return { later }
}
