import type { CommandDeps } from './command.ts'
import type { WorldOptions } from './find-world.ts'
import type { Pipeline } from './pipeline.ts'

/** The options of every command that reaches a running pipeline. */
export const WORLD_OPTIONS = { data: { type: 'string' }, stage: { type: 'string' }, region: { type: 'string' } } as const

export const WORLD_HELP = `  --data DIR      the running local stack with this state (default: .kite where there is one)
  --stage NAME    the stage on AWS (default prod), with the credentials that the AWS CLI would use
  --region NAME   of AWS (default us-east-1)
`

/** Opens it and tells the person which one it is. */
export const openFor = async (options: WorldOptions, deps: Pick<CommandDeps, 'openPipeline' | 'remark'>): Promise<Pipeline> => {
  const pipeline = await deps.openPipeline({ data: options.data, stage: options.stage, region: options.region })
  await deps.remark(`kite: ${pipeline.where}\n`)
  return pipeline
}
