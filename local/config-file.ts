import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'

/**
 * Writes the pipeline file that a run works with: the project's own, with the tickers of the run and, in a replay, its days.
 * @returns its path
 */
export const writeRunConfig = (
  dir: string,
  base: PipelineConfig,
  run: { readonly tickers: readonly string[]; readonly dates?: readonly string[] },
): string => {
  const path = join(dir, 'pipeline.yml')
  const { closures, ...kept } = base
  const days = run.dates === undefined ? { closures } : { onlySessions: run.dates }
  writeFileSync(path, stringify({ ...kept, ...days, tickers: run.tickers }))
  return path
}
