import { nextSession } from '../../shared/domain/calendar.ts'
import { PipelineError } from '../../shared/domain/errors.ts'
import { cadenceMinutes } from '../../shared/domain/plan-jobs.ts'
import type { Session } from '../../shared/domain/session.ts'
import { describeError } from '../../shared/lambda/log.ts'
import type { MinuteLine } from '../../shared/ports.ts'
import type { RunTickDeps } from './tick-deps.ts'

type Reported = Omit<MinuteLine, 'queues'>

/** Tells the dashboard how this minute was. It is only told: a tick that cannot tell has done its work. */
export const reportMinute = async (tick: number, line: Reported, sessions: readonly Session[], deps: RunTickDeps): Promise<void> => {
  const { board, queues, calendar, config, log } = deps
  const schedule = {
    tickers: config.tickers,
    sessions,
    nextOpensAt: nextSession(calendar, tick)?.opensAt,
    cadenceMinutes: cadenceMinutes(config.tickers.length, config),
  }
  try {
    await board.recordMinute({ minute: tick, line: { ...line, queues: await queues.depths() }, schedule })
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    log('minute_not_recorded', describeError(error))
  }
}
