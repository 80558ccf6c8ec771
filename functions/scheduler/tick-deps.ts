import type { Calendar } from '../../shared/domain/calendar.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { PipelineConfig } from '../../shared/domain/pipeline-config.ts'
import type {
  CandleQueue,
  Clock,
  CoverageBook,
  EventBus,
  JobQueue,
  Notices,
  QueueDepths,
  SecretVersions,
  StatusBoard,
  TokenBook,
  VerdictBook,
} from '../../shared/ports.ts'

/** What a tick of the scheduler is run with. */
export type RunTickDeps = {
  readonly clock: Clock
  readonly calendar: Calendar
  readonly config: Pick<PipelineConfig, 'tickers' | 'requestsPerMinute' | 'backfillPerMinute' | 'overlapMinutes' | 'horizonDays'>
  readonly book: CoverageBook & Pick<VerdictBook, 'putVerdicts'>
  readonly tokens: Pick<TokenBook, 'recovery' | 'markRestored'>
  readonly secret: Pick<SecretVersions, 'currentVersionId'>
  readonly notices: Notices
  readonly events: EventBus
  readonly jobs: JobQueue
  readonly candles: CandleQueue
  readonly queues: QueueDepths
  readonly board: StatusBoard
  readonly newTraceId: () => string
  readonly log: Log
}
