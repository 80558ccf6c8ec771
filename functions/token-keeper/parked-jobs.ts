import { PipelineError } from '../../shared/domain/errors.ts'
import { describeError } from '../../shared/lambda/log.ts'
import type { KeeperDeps } from './keeper-deps.ts'

/** Publishes how many jobs wait for a login. It is only a figure: where SQS does not tell it, nothing is published and nothing fails. */
export const publishParkedJobs = async ({ parked, log }: Pick<KeeperDeps, 'parked' | 'log'>): Promise<void> => {
  try {
    log('parked_jobs_published', { count: await parked.depth() })
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    log('parked_jobs_not_counted', describeError(error))
  }
}
