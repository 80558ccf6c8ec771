import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { CommandFailed } from './command.ts'

/** A schedule of EventBridge Scheduler. `name`: the function that it calls. */
export type DeployedSchedule = { readonly name: string; readonly isEnabled: boolean }

/** The schedules that the deployment of this stack made. Fails with CommandFailed where they cannot be asked for. */
export const deployedSchedules = async (stack: string, region: string): Promise<readonly DeployedSchedule[]> => {
  const [formation, scheduler] = [new CloudFormationClient({ region }), new SchedulerClient({ region })]
  try {
    // Their names are cut and made unique by AWS: only the stack knows them.
    const { StackResources = [] } = await formation.send(new DescribeStackResourcesCommand({ StackName: stack }))
    const schedules = StackResources.filter(({ ResourceType }) => ResourceType === 'AWS::Scheduler::Schedule')
    return await Promise.all(
      schedules.map(async ({ LogicalResourceId = '', PhysicalResourceId }) => {
        const { State } = await scheduler.send(new GetScheduleCommand({ Name: PhysicalResourceId }))
        return { name: functionOf(LogicalResourceId), isEnabled: State === 'ENABLED' }
      }),
    )
  } catch (cause) {
    throw new CommandFailed(`AWS does not say: ${cause instanceof Error ? cause.name : 'unknown error'}`, { cause })
  }
}

/** The framework writes `TokenDashkeeperSchedulerSchedule1` for the first schedule of token-keeper. */
const functionOf = (logicalId: string): string =>
  logicalId
    .replace(/SchedulerSchedule\d+$/, '')
    .replaceAll('Dash', '-')
    .toLowerCase()
