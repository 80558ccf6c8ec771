import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { liveEndpoints, type Endpoints } from '../local/endpoints.ts'
import { loadRunState } from '../local/run-state.ts'
import { lockStateDir } from '../local/state-lock.ts'
import { CommandFailed } from './command.ts'
import { stageNames, type StageNames } from './stage-names.ts'

export const DEFAULT_DIR = '.kite'
/** The stage and the region of serverless.yml. */
export const DEFAULT_STAGE = 'prod'
export const DEFAULT_REGION = 'us-east-1'

/** Which pipeline a command is about. */
export type WorldOptions = {
  /** The state of a local stack. */
  readonly data?: string | undefined
  readonly stage?: string | undefined
  readonly region?: string | undefined
}

/** Where that pipeline is. `where`: for people. */
export type World = { readonly names: StageNames; readonly region: string; readonly where: string } & (
  | { readonly kind: 'local'; readonly dir: string; readonly endpoints: Endpoints }
  | { readonly kind: 'aws' }
)

/**
 * A local stack when its directory is given, or when one lies in `.kite` and neither a stage nor a hosted database is named; else AWS.
 * Fails with CommandFailed when the local stack does not run, and with UsageError for a wrong stage.
 */
export const findWorld = (
  { data, stage, region = DEFAULT_REGION }: WorldOptions,
  env: Readonly<Record<string, string | undefined>>,
): World => {
  const names = stageNames(stage ?? DEFAULT_STAGE)
  const named = stage !== undefined || Boolean(env['SUPABASE_URL'] && env['SUPABASE_SECRET_KEY'])
  const dir = resolve(data ?? DEFAULT_DIR)
  const isStack = existsSync(join(dir, 'run.json'))
  if (data === undefined && (named || !isStack))
    return { kind: 'aws', names, region, where: `stage ${stage ?? DEFAULT_STAGE} in ${region}` }
  if (!isStack) throw new CommandFailed(`${dir} is not the state of a local stack: start one with npm start -- --data ${data ?? dir}`)
  return {
    kind: 'local',
    names,
    region: DEFAULT_REGION,
    where: `the local stack in ${dir}`,
    dir,
    endpoints: runningStack(dir, data),
  }
}

/** The lock, not the file of endpoints, says whether the stack runs: after a kill the file stays, and its port may be another stack's. */
const runningStack = (dir: string, data: string | undefined): Endpoints => {
  const lock = lockStateDir(dir)
  if (lock !== undefined) {
    lock.release()
    const start = data === undefined ? 'npm start' : `npm start -- --data ${data}`
    const instead = data === undefined ? ', or name a stage on AWS with --stage prod' : ''
    throw new CommandFailed(`the local stack in ${dir} does not run: start it with ${start}${instead}`)
  }
  const endpoints = liveEndpoints(dir)
  if (endpoints === undefined) throw new CommandFailed(heldByAnother(dir))
  return endpoints
}

/** For people: somebody has the lock, and it is no stack that answers. */
export const heldByAnother = (dir: string): string =>
  `another kite command reads ${dir}, or a stack is starting or ending on it: try again in a moment`

/** The simulated time as the stack on this directory last wrote it down, epoch milliseconds. */
export const savedTime = (dir: string): number | undefined => loadRunState(dir)?.now
