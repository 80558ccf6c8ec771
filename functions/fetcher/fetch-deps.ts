import type { CandleQueue, Clock, JobQueue, MarketData, RequestBudget, Tokens, VerdictBook } from '../../shared/ports.ts'

/** What a batch of jobs is fetched with. */
export type FetchDeps = {
  readonly clock: Clock
  readonly limits: { readonly requestsPerMinute: number; readonly backfillPerMinute: number }
  readonly budget: RequestBudget
  readonly tokens: Tokens
  readonly marketData: MarketData
  readonly candles: CandleQueue
  readonly jobs: JobQueue
  readonly verdicts: Pick<VerdictBook, 'noteRefusals'>
  /** Real time passes, milliseconds. */
  readonly pause: (ms: number) => Promise<void>
}
