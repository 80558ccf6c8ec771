import { HOUR } from '../../shared/domain/time.ts'
import { CommandFailed } from '../command.ts'
import type { Pipeline } from '../pipeline.ts'
import { momentText, spanText } from '../span-text.ts'
import { failed, type Finding, measuredWithApp, note, ok } from './finding.ts'

/**
 * Whether the functions that run every minute do. AWS's word that a schedule is enabled says less than what it has left behind: the minute that the scheduler claimed, and the line that token-keeper writes when the token changes and once an hour.
 */
export const checkSchedules = async (pipeline: Pipeline): Promise<readonly Finding[]> => {
  const patience = await pipeline.patience()
  const now = pipeline.clock()
  const judge = (name: string, at: number | undefined, evidence: string, writesEvery = 0): Finding => {
    if (at === undefined)
      return failed(
        name,
        `has never run: there is nothing of it in ${evidence}`,
        `${pipeline.isLocal ? '' : FIRST}${todoFor(pipeline, name)}`,
      )
    const says = `ran ${spanText(now - at)} ago, ${momentText(at)} (by ${evidence})`
    return now - at <= patience + writesEvery ? ok(name, says) : failed(name, says, todoFor(pipeline, name))
  }
  return (
    await Promise.all([
      askAws(pipeline),
      measuredWithApp('scheduler', async () => judge('scheduler', await (await pipeline.vitalSigns()).newestTick(), 'scheduler_ticks')),
      measuredWithApp('token-keeper', async () => {
        const statuses = await (await pipeline.vitalSigns()).statuses()
        const at = statuses.find(({ component }) => component === 'token')?.updatedAt
        return judge('token-keeper', at, 'pipeline_status, at least once an hour', HOUR)
      }),
    ])
  ).flat()
}

/** Who may not ask AWS still sees by the other lines whether they run. */
const askAws = async ({ schedules }: Pipeline): Promise<readonly Finding[]> => {
  const name = 'schedules'
  try {
    const all = await schedules()
    if (all === undefined) return [note(name, 'the local stack runs them while it runs')]
    const off = all.filter(({ isEnabled }) => !isEnabled).map((schedule) => schedule.name)
    if (all.length > 0 && off.length === 0) return [ok(name, `all ${all.length} are enabled`)]
    const says = all.length === 0 ? 'the deployment has none' : `disabled: ${off.join(', ')}`
    return [failed(name, says, 'enable them in EventBridge Scheduler, or deploy again')]
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    return [note(name, `${error.message}. The next two lines tell by what they leave behind`)]
  }
}

/** It fails until it finds the credentials, and within two minutes of them it has run. */
const FIRST = 'after the first kite setup wait two minutes and look again. If it stays so: '

const todoFor = ({ isLocal }: Pipeline, name: string): string =>
  isLocal
    ? `look into functions.log of the state directory for ${name}`
    : `is its schedule enabled in EventBridge Scheduler? Else the log of the function ${name} says why it fails`
