import { PipelineError } from '../../shared/domain/errors.ts'
import { cadenceMinutes } from '../../shared/domain/plan-jobs.ts'
import { describeError } from '../../shared/lambda/log.ts'
import type { MinuteLine, Schedule } from '../../shared/ports.ts'
import type { RunTickDeps } from './tick-deps.ts'

/** Tells the dashboard how this minute was. It is only told: a tick that cannot tell has done its work. */
export const reportMinute = async (
  tick: number,
  line: Omit<MinuteLine, 'queues'>,
  schedule: Omit<Schedule, 'cadenceMinutes'>,
  queues: MinuteLine['queues'],
  { board, config, log }: RunTickDeps,
): Promise<void> => {
  const cadence = cadenceMinutes(config.tickers.length, config)
  try {
    const told = { line: { ...line, queues }, schedule: { ...schedule, cadenceMinutes: cadence } }
    await board.recordMinute({ minute: tick, ...told })
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    log('minute_not_recorded', describeError(error))
  }
}
