import {
  CreateSecretCommand,
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { HOUR } from '../shared/domain/time.ts'
import { REGION } from './template/place.ts'

/** The secrets of the local stack, as their owner sees them. */
export const localSecrets = (url: string) => {
  const client = new SecretsManagerClient({
    endpoint: url,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  return {
    /** Undefined when the secret does not exist or has no value yet. */
    get: async (name: string): Promise<string | undefined> => {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined
        throw error
      }
    },
    /** The most versions that were stored within any twenty-four hours, among those that are still kept. */
    mostVersionsInADay: async (name: string): Promise<number> => {
      const times: number[] = []
      for await (const { Versions = [] } of paginateListSecretVersionIds({ client }, { SecretId: name, IncludeDeprecated: true }))
        times.push(...Versions.flatMap(({ CreatedDate }) => CreatedDate?.getTime() ?? []))
      return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 24 * HOUR).length))
    },
    put: async (name: string, value: string): Promise<void> => {
      try {
        await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }))
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error
        await client.send(new CreateSecretCommand({ Name: name, SecretString: value }))
      }
    },
  }
}
