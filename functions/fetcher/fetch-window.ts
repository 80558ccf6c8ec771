import { DataRefused, RequestRejected, UnknownSymbol } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import type { Session } from '../../shared/domain/session.ts'
import { validateCandles, type RawCandle, type RejectionReason } from '../../shared/domain/validate-candles.ts'
import type { Run } from '../../shared/lambda/sqs-handler.ts'
import type { JobQueue } from '../../shared/ports.ts'
import { askSchwab } from './ask-schwab.ts'
import { doubtfulSessions, singleSessionJob } from './doubtful-sessions.ts'
import type { FetchDeps } from './fetch-deps.ts'
import type { NoteRefusal } from './note-refusals.ts'

/** What a window came to. `refused`: Schwab refused it, which is noted; coverage has not moved, so it is planned again when its turn comes. */
export type Answer = CandleBatch | 'nothing' | 'postponed' | 'refused'

/** Bars that were not asked for; Schwab does not keep to the bounds. */
const HARMLESS: ReadonlySet<RejectionReason> = new Set(['outside_window', 'outside_session', 'in_the_future', 'duplicate'])

/** One job's window from Schwab. Sessions that the answer leaves in doubt are asked for by themselves. */
export const fetchWindow = async (job: FetchJob, token: string, note: NoteRefusal, deps: FetchDeps, run: Run): Promise<Answer> => {
  const fetchedAt = deps.clock()
  try {
    const raw = await askSchwab(job, token, deps, run.signal)
    return raw === 'postponed' ? raw : await readAnswer(job, raw, fetchedAt, deps, run.log)
  } catch (error) {
    return await refused(job, error, note, deps, run.log)
  }
}

const readAnswer = async (job: FetchJob, raw: readonly RawCandle[], fetchedAt: number, deps: FetchDeps, log: Log): Promise<Answer> => {
  const { kind, ticker, from, to, traceId } = job
  const { candles, rejected } = validateCandles(raw, job, job.sessions, deps.clock())
  log('price_history_fetched', { ticker, kind, candles_count: candles.length, traceId })
  for (const [reason, group] of Map.groupBy(rejected, (rejection) => rejection.reason)) {
    log('candles_rejected', { ticker, reason, count: group.length, traceId })
  }
  const doubtful = new Set(job.sessions.length > 1 ? doubtfulSessions(job.sessions, candles, to) : [])
  await askAgain(job, [...doubtful], deps.jobs, log)
  // An answer of nothing but bad bars is no answer: it must not pass for a session without trade.
  const spoiled = candles.length === 0 && raw.length > 0 && rejected.some(({ reason }) => !HARMLESS.has(reason))
  const sessions = spoiled ? [] : job.sessions.filter((session) => !doubtful.has(session))
  if (candles.length === 0 && (kind === 'live' || sessions.length === 0)) return 'nothing'
  return { v: 1, kind, ticker, from, to, sessions, fetchedAt, candles, traceId }
}

/** Fails with every error that is no refusal. */
const refused = async (job: FetchJob, error: unknown, note: NoteRefusal, { jobs }: FetchDeps, log: Log): Promise<'refused'> => {
  const { ticker, kind, sessions, traceId } = job
  if (error instanceof UnknownSymbol) await note({ kind: 'unknown_symbol', ticker })
  else if (error instanceof DataRefused) await note({ kind: 'refused_data', ticker })
  else if (error instanceof RequestRejected) {
    log('request_rejected', { ticker, kind, dates: sessions.map(({ date }) => date), traceId })
    // A range that begins or ends on a day that the exchange kept closed can be refused: one such day must not cost its neighbours.
    if (sessions.length > 1) await askAgain(job, sessions, jobs, log)
    else for (const session of sessions) await note({ kind: 'refused_request', ticker, session })
  } else throw error
  return 'refused'
}

/** What the queue does not take here is planned again when the session's claim ends. */
const askAgain = async (job: FetchJob, sessions: readonly Session[], queue: JobQueue, log: Log): Promise<void> => {
  if (sessions.length === 0) return
  const failures = await queue.send(sessions.map((session) => singleSessionJob(job, session)))
  log('sessions_asked_again', { ticker: job.ticker, count: sessions.length - failures.length, traceId: job.traceId })
}
