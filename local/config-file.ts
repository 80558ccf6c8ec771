import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'

/**
 * Writes the pipeline file that a replay runs with: the project's own, with the tickers and days of the recorded candles.
 * @returns its path
 */
export const writeReplayConfig = (
  dir: string,
  base: PipelineConfig,
  replay: { readonly tickers: readonly string[]; readonly dates: readonly string[] },
): string => {
  const path = join(dir, 'pipeline.yml')
  const { closures: _closures, ...kept } = base
  writeFileSync(path, stringify({ ...kept, tickers: replay.tickers, onlySessions: replay.dates }))
  return path
}
