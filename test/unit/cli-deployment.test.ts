import { CloudFormationClient, DescribeStackResourcesCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { deployedSchedules } from '../../cli/aws-schedules.ts'
import { findReauthUrl } from '../../cli/reauth-url.ts'
import { stageNames } from '../../cli/stage-names.ts'

const formation = mockClient(CloudFormationClient)
const scheduler = mockClient(SchedulerClient)
beforeEach(() => {
  formation.reset()
  scheduler.reset()
})
const resource = (ResourceType: string, LogicalResourceId: string, PhysicalResourceId: string) => {
  const done = { Timestamp: new Date(0), ResourceStatus: 'CREATE_COMPLETE' as const }
  return { ResourceType, LogicalResourceId, PhysicalResourceId, ...done }
}

describe('the schedules of a deployment', () => {
  it('are those of its stack, each asked by the name that AWS gave it', async () => {
    formation.on(DescribeStackResourcesCommand, { StackName: 'alpha-kite-pipeline-dev' }).resolves({
      StackResources: [
        resource('AWS::Scheduler::Schedule', 'TokenDashkeeperSchedulerSchedule1', 'cut-name-1'),
        resource('AWS::SQS::Queue', 'Jobs', 'https://sqs/jobs'),
        resource('AWS::Scheduler::Schedule', 'SchedulerSchedulerSchedule1', 'cut-name-2'),
      ],
    })
    scheduler.on(GetScheduleCommand, { Name: 'cut-name-1' }).resolves({ State: 'DISABLED' })
    scheduler.on(GetScheduleCommand, { Name: 'cut-name-2' }).resolves({ State: 'ENABLED' })
    expect(await deployedSchedules('alpha-kite-pipeline-dev', 'us-east-1')).toEqual([
      { name: 'token-keeper', isEnabled: false },
      { name: 'scheduler', isEnabled: true },
    ])
  })

  it('say why they cannot be asked', async () => {
    formation.on(DescribeStackResourcesCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }))
    await expect(deployedSchedules('x', 'us-east-1')).rejects.toThrow('AWS does not say: AccessDenied')
  })
})

describe('the address of the login on AWS', () => {
  const world = { kind: 'aws', names: stageNames('dev'), region: 'us-east-1', where: '' } as const

  it('is an output of the deployed stack', async () => {
    const stack = { StackName: 'x', CreationTime: new Date(0), StackStatus: 'UPDATE_COMPLETE' as const }
    const outputs = [{ OutputKey: 'HttpApiUrl', OutputValue: 'https://a1.execute-api.us-east-1.amazonaws.com' }]
    formation.on(DescribeStacksCommand, { StackName: 'alpha-kite-pipeline-dev' }).resolves({ Stacks: [{ ...stack, Outputs: outputs }] })
    expect(await findReauthUrl(world)).toBe('https://a1.execute-api.us-east-1.amazonaws.com')
  })

  it('is not known where nothing is deployed or nobody may look', async () => {
    formation.on(DescribeStacksCommand).rejects(new Error('no such stack'))
    expect(await findReauthUrl(world)).toBeUndefined()
  })
})
