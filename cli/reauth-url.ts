import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import type { World } from './find-world.ts'

/**
 * Where the deployed reauth function listens: the deployment notes it among the outputs of its stack. Undefined when that cannot be
 * read, because the permission for it is lacking or nothing is deployed.
 */
export const findReauthUrl = async (world: World): Promise<string | undefined> => {
  if (world.kind === 'local') return world.endpoints.reauth?.url
  const client = new CloudFormationClient({ region: world.region })
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: world.names.stack }))
    return Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'HttpApiUrl')?.OutputValue
  } catch {
    return undefined
  }
}
