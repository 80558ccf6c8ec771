import type { CandleQueue, Clock, EventBus, JobQueue, MarketData, Notices, RequestBudget, Tokens } from '../../shared/ports.ts'

/** What a batch of jobs is fetched with. */
export type FetchDeps = {
  readonly clock: Clock
  readonly limits: { readonly requestsPerMinute: number; readonly backfillPerMinute: number }
  readonly budget: RequestBudget
  readonly tokens: Tokens
  readonly marketData: MarketData
  readonly candles: CandleQueue
  readonly jobs: JobQueue
  readonly events: EventBus
  readonly notices: Notices
  /** Real time passes, milliseconds. */
  readonly pause: (ms: number) => Promise<void>
}
