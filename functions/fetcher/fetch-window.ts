import { DataRefused, RequestRejected, UnknownSymbol } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { CandleBatch, FetchJob } from '../../shared/domain/messages.ts'
import type { Run } from '../../shared/lambda/sqs-handler.ts'
import { askAgain } from './ask-again.ts'
import { askSchwab } from './ask-schwab.ts'
import { singleSessionJob } from './doubtful-sessions.ts'
import type { FetchDeps } from './fetch-deps.ts'
import type { NoteRefusal } from './note-refusals.ts'
import { readAnswer } from './read-answer.ts'

/** What a window came to. `refused`: Schwab refused it, which is noted; coverage has not moved, so it is planned again when its turn comes. */
export type Answer = CandleBatch | 'nothing' | 'postponed' | 'refused'

/** One job's window from Schwab. Sessions that the answer leaves in doubt are asked for by themselves. */
export const fetchWindow = async (job: FetchJob, token: string, note: NoteRefusal, deps: FetchDeps, run: Run): Promise<Answer> => {
  const fetchedAt = deps.clock()
  try {
    const raw = await askSchwab(job, token, deps, run.signal)
    return raw === 'postponed' ? raw : await readAnswer(job, { raw, fetchedAt }, deps, run.log)
  } catch (error) {
    return await refused(job, error, note, deps, run.log)
  }
}

/** Fails with every error that is no refusal. */
const refused = async (job: FetchJob, error: unknown, note: NoteRefusal, { jobs }: FetchDeps, log: Log): Promise<'refused'> => {
  const { ticker, kind, sessions, traceId } = job
  if (error instanceof UnknownSymbol) await note({ kind: 'unknown_symbol', ticker })
  else if (error instanceof DataRefused) await note({ kind: 'refused_data', ticker })
  else if (error instanceof RequestRejected) {
    log('request_rejected', { ticker, kind, dates: sessions.map(({ date }) => date), traceId })
    const alone = sessions.map((session) => singleSessionJob(job, session))
    // A range that begins or ends on a day that the exchange kept closed can be refused: one such day must not cost its neighbours.
    if (alone.length > 1) await askAgain(alone, jobs, log)
    else for (const session of sessions) await note({ kind: 'refused_request', ticker, session })
  } else throw error
  return 'refused'
}
