import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { World } from './find-world.ts'

/** Clients for the world that was found: a local stack's have its addresses and no real credentials, whatever the environment says. */
export const awsClients = (world: World) => {
  const config = (url: string | undefined) =>
    url === undefined ? { region: world.region } : { region: world.region, endpoint: url, credentials: NO_CREDENTIALS }
  const endpoints = world.kind === 'local' ? world.endpoints : undefined
  return {
    sqs: new SQSClient(config(endpoints?.sqs.url)),
    secrets: new SecretsManagerClient(config(endpoints?.aws.url)),
    events: new EventBridgeClient(config(endpoints?.aws.url)),
  }
}

const NO_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }

/**
 * Takes AWS_ENDPOINT_URL and its kin out of the environment, where the SDK would find them: what was set to play with a local stack
 * must not pass for AWS. @returns the names that were taken out
 */
export const dropEndpointOverrides = (env: Record<string, string | undefined>): readonly string[] => {
  const names = Object.keys(env).filter((name) => name.startsWith('AWS_ENDPOINT_URL'))
  for (const name of names) Reflect.deleteProperty(env, name)
  return names
}
