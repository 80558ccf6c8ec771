import { PipelineError } from '../../shared/domain/errors.ts'
import { awsTrouble } from '../aws-trouble.ts'
import type { WorldOptions } from '../find-world.ts'
import { deployCommand } from '../not-deployed.ts'
import type { Pipeline } from '../pipeline.ts'
import { type Finding, failed, notMeasured } from './finding.ts'

/** What everything else stands on: that AWS can be asked, and something is deployed there. Empty when it is so. */
export const checkGround = async ({ appSecret, where }: Pipeline, options: WorldOptions): Promise<readonly Finding[]> => {
  try {
    if ((await appSecret.read()).kind !== 'none') return []
    const todo = `${deployCommand(options)}; or is it another account (AWS_PROFILE), stage or region?`
    return alone(failed('deployment', `nothing is deployed as ${where}: there is no secret ${appSecret.name}`, todo))
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    const trouble = awsTrouble(error)
    // What only this call may not do, others may: the lines say which.
    return trouble?.concerns === 'everything' ? alone(failed('AWS', trouble.says, trouble.todo)) : []
  }
}

const alone = (finding: Finding): readonly Finding[] => [finding, notMeasured('everything else', 'it is measured once that is mended')]
