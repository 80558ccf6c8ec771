import type { Calendar } from '../../shared/domain/calendar.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import type { PipelineConfig } from '../../shared/domain/pipeline-config.ts'
import type { Clock, CoverageBook, EventBus, JobQueue, Leases, ParkedQueue, SourceQueue, TokenBook } from '../../shared/ports.ts'

/** What parked jobs are redriven with. */
export type RedriveDeps = {
  readonly clock: Clock
  readonly calendar: Calendar
  readonly config: Pick<PipelineConfig, 'horizonDays'>
  readonly tokens: Pick<TokenBook, 'tokenState' | 'countRedriven'>
  readonly leases: Leases
  readonly parked: ParkedQueue
  readonly jobs: JobQueue
  /** Sends a body to `jobs` as it is: the fetcher knows what to do with one that cannot be read. */
  readonly putBack: SourceQueue['putBack']
  readonly book: Pick<CoverageBook, 'claimSessions'>
  readonly events: EventBus
  readonly newId: () => string
  /** Milliseconds that this invocation may still take. */
  readonly remainingMs: () => number
  readonly log: Log
}
