import { RequestRejected, UnknownSymbol } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import type { Run } from '../../shared/lambda/sqs-handler.ts'
import type { JobQueue } from '../../shared/ports.ts'
import { askAgain } from './ask-again.ts'
import { askSchwab } from './ask-schwab.ts'
import { singleSessionJob } from './doubtful-sessions.ts'
import type { FetchDeps } from './fetch-deps.ts'
import type { Quarantine } from './quarantine.ts'
import { readAnswer } from './read-answer.ts'

/** What a window came to. `refused`: Schwab takes the request for wrong; coverage has not moved, so a later sweep plans it again. */
export type Answer = CandleBatch | 'nothing' | 'postponed' | 'quarantined' | 'refused'

/** One job's window from Schwab. Sessions that the answer leaves in doubt are asked for by themselves. */
export const fetchWindow = async (job: FetchJob, token: string, quarantine: Quarantine, deps: FetchDeps, run: Run): Promise<Answer> => {
  const fetchedAt = deps.clock()
  try {
    const raw = await askSchwab(job, token, deps, run.signal)
    return raw === 'postponed' ? raw : await readAnswer(job, { raw, fetchedAt }, deps, run.log)
  } catch (error) {
    if (error instanceof RequestRejected) return await refused(job, deps.jobs, run.log)
    if (!(error instanceof UnknownSymbol)) throw error
    await quarantine(job.ticker)
    return 'quarantined'
  }
}

/** A range that begins or ends on a day that the exchange kept closed can be refused: one such day must not cost its neighbours. */
const refused = async (job: FetchJob, queue: JobQueue, log: Log): Promise<Answer> => {
  const { ticker, kind, sessions, traceId } = job
  log('request_rejected', { ticker, kind, dates: sessions.map(({ date }) => date), traceId })
  const alone = sessions.map((session) => singleSessionJob(job, session))
  if (kind !== 'live' && alone.length > 1) await askAgain(alone, queue, log)
  return 'refused'
}
