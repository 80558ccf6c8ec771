import { AccessRefused, AwsUnavailable, UnknownSymbol } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import { HOUR, MINUTE, minuteOf, toIso } from '../../shared/domain/time.ts'
import { validateCandles, type RawCandle, type RejectionReason } from '../../shared/domain/validate-candles.ts'
import type { Outcome, Run } from '../../shared/lambda/sqs-handler.ts'
import type { CandleQueue, Clock, EventBus, JobQueue, MarketData, RequestBudget, SourceQueue, Tokens } from '../../shared/ports.ts'
import { doubtfulSessions, singleSessionJob } from './doubtful-sessions.ts'

export type FetchCandlesDeps = {
  readonly clock: Clock
  readonly limits: { readonly requestsPerMinute: number; readonly backfillPerMinute: number }
  readonly budget: RequestBudget
  readonly tokens: Tokens
  readonly marketData: MarketData
  readonly candles: CandleQueue
  readonly jobs: JobQueue
  readonly events: EventBus
  readonly source: SourceQueue
}

/** A ticker that Schwab does not know is left alone for so long. */
const QUARANTINE = 24 * HOUR

/** Fetches each job's window and publishes what came back; one call for the budget and one for the answers of the whole batch. */
export const fetchCandles = (jobs: readonly FetchJob[], deps: FetchCandlesDeps, run: Run): readonly Promise<Outcome>[] => {
  const now = deps.clock()
  const current = jobs.filter((job) => job.notAfter === undefined || now <= job.notAfter)
  const granted = takeCalls(current, now, deps)
  const answers = new Map(current.map((job) => [job, granted.then((jobs) => (jobs.has(job) ? fetchOne(job, deps, run) : 'postponed'))]))
  const published = Promise.allSettled(answers.values()).then((settled) => publish(settled.flatMap(batchOf), deps.candles))
  return jobs.map(async (job) => {
    const answer = await answers.get(job)
    if (answer === undefined) return superseded(job, run.log)
    if (answer === 'postponed') return postponed(job, deps.clock(), run.log)
    if (answer === 'quarantined' || answer === 'nothing') return 'done'
    const refused = (await published).get(answer)
    if (refused !== undefined) throw new AwsUnavailable(`the candles queue did not take the answer: ${refused}`)
    return 'done'
  })
}

/** Bars that were not asked for; Schwab does not keep to the bounds. */
const HARMLESS: ReadonlySet<RejectionReason> = new Set(['outside_window', 'outside_session', 'in_the_future', 'duplicate'])

type Answer = CandleBatch | 'nothing' | 'postponed' | 'quarantined'

/** The jobs of the batch that this minute's budget allows; live ones go first. */
const takeCalls = async (jobs: readonly FetchJob[], now: number, { budget, limits }: FetchCandlesDeps): Promise<ReadonlySet<FetchJob>> => {
  if (jobs.length === 0) return new Set()
  const live = jobs.filter((job) => job.kind === 'live')
  const full = jobs.filter((job) => job.kind !== 'live')
  const grant = await budget.beginFetch({
    now,
    live: live.length,
    backfill: full.length,
    perMinute: limits.requestsPerMinute,
    backfillPerMinute: limits.backfillPerMinute,
  })
  return new Set([...live.slice(0, grant.live), ...full.slice(0, grant.backfill)])
}

const fetchOne = async (job: FetchJob, deps: FetchCandlesDeps, run: Run): Promise<Answer> => {
  const fetchedAt = deps.clock()
  const raw = await askSchwab(job, deps, run)
  if (raw === 'postponed' || raw === 'quarantined') return raw
  const { candles, rejected } = validateCandles(raw, job, job.sessions, deps.clock())
  run.log('price_history_fetched', { ticker: job.ticker, kind: job.kind, candles_count: candles.length, traceId: job.traceId })
  for (const [reason, group] of Map.groupBy(rejected, (rejection) => rejection.reason)) {
    run.log('candles_rejected', { ticker: job.ticker, reason, count: group.length, traceId: job.traceId })
  }
  const doubtful = new Set(job.sessions.length > 1 ? doubtfulSessions(job.sessions, candles) : [])
  if (doubtful.size > 0)
    await askAgain(
      [...doubtful].map((session) => singleSessionJob(job, session)),
      deps.jobs,
      run.log,
    )
  // An answer of nothing but bad bars is no answer: it must not pass for a session without trade.
  const spoiled = candles.length === 0 && raw.length > 0 && rejected.some(({ reason }) => !HARMLESS.has(reason))
  const sessions = spoiled ? [] : job.sessions.filter((session) => !doubtful.has(session))
  if (candles.length === 0 && (job.kind === 'live' || sessions.length === 0)) return 'nothing'
  return {
    v: 1,
    kind: job.kind,
    ticker: job.ticker,
    from: job.from,
    to: job.to,
    sessions,
    fetchedAt,
    candles,
    traceId: job.traceId,
  }
}

/** One call, and one more if the token had ended; the second is taken from the budget like the first. */
const askSchwab = async (job: FetchJob, deps: FetchCandlesDeps, run: Run): Promise<readonly RawCandle[] | 'postponed' | 'quarantined'> => {
  const token = await deps.tokens.accessToken()
  try {
    return await deps.marketData.priceHistory(job.ticker, job, token, run.signal).catch(async (error: unknown) => {
      if (!(error instanceof AccessRefused)) throw error
      const fresh = await deps.tokens.replaceRefused(token)
      if ((await takeCalls([job], deps.clock(), deps)).size === 0) return 'postponed'
      return deps.marketData.priceHistory(job.ticker, job, fresh, run.signal)
    })
  } catch (error) {
    if (error instanceof UnknownSymbol) return quarantine(job.ticker, deps, run.log)
    throw error
  }
}

const quarantine = async (ticker: string, { clock, budget, events }: FetchCandlesDeps, log: Log): Promise<'quarantined'> => {
  const until = clock() + QUARANTINE
  await budget.quarantine(ticker, until)
  await events.publish([{ type: 'TickerQuarantined', detail: { ticker, until: toIso(until) } }])
  log('ticker_quarantined', { ticker, until: toIso(until) })
  return 'quarantined'
}

/** What the queue does not take here is planned again when the session's claim ends. */
const askAgain = async (jobs: readonly FetchJob[], queue: JobQueue, log: Log): Promise<void> => {
  const failures = await queue.send(jobs)
  log('sessions_asked_again', { ticker: jobs[0]?.ticker, count: jobs.length - failures.length })
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
