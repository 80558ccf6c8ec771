import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadPipelineFile, PipelineFileInvalid } from '../shared/adapters/pipeline-file.ts'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import { CommandFailed } from './command.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The configuration in force: that of a replay, which lies in its state directory; else the file that PIPELINE_FILE names;
 * else the project's own. Fails with CommandFailed.
 */
export const findConfig = (dataDir: string | undefined, env: Env, root: string): PipelineConfig => {
  const hosted = dataDir === undefined && env['SUPABASE_URL'] && env['SUPABASE_SECRET_KEY']
  return configOf(hosted ? undefined : resolve(dataDir ?? '.kite'), env, root)
}

/** The same where it is known whether there may be a replay. `stateDir`: that of a local stack. Fails with CommandFailed. */
export const configOf = (stateDir: string | undefined, env: Env, root: string): PipelineConfig => {
  const replay = stateDir === undefined ? undefined : join(stateDir, 'pipeline.yml')
  const path = replay !== undefined && existsSync(replay) ? replay : (env['PIPELINE_FILE'] ?? join(root, 'pipeline.yml'))
  try {
    return loadPipelineFile(path)
  } catch (error) {
    throw error instanceof PipelineFileInvalid ? new CommandFailed(error.message, { cause: error }) : error
  }
}
