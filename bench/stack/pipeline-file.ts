import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'

/** The settings of pipeline.yml that a benchmark varies. */
export type Limits = { readonly requestsPerMinute: number; readonly backfillPerMinute: number; readonly horizonDays: number }

/** As many calls as pipeline.yml takes: nothing waits for the budget. */
export const UNLIMITED = { requestsPerMinute: 600, backfillPerMinute: 99 } as const
/** As pipeline.yml comes. */
export const USUAL = { requestsPerMinute: 120, backfillPerMinute: 20 } as const

/** @returns its path */
export const pipelineFile = (path: string, tickers: readonly string[], limits: Limits): string => {
  writeFileSync(path, stringify({ ...limits, tickers }))
  return path
}
