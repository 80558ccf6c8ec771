import { DescribeSecretCommand, PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { secretsManager } from '../shared/adapters/secrets-manager.ts'
import { attemptOnSecret, nameOf } from '../shared/adapters/secrets-attempt.ts'
import { currentOrNothing } from './token-report.ts'

/** `none`: there is no such secret, so nothing is deployed under this name. `empty`: it waits for its first value. */
export type AppSecretState =
  | { readonly kind: 'none' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly versionId: string; readonly text: string }

/** The application secret as whoever sets the pipeline up sees it. Every call fails with AwsUnavailable or TokenUnreadable. */
export type AppSecretDesk = {
  readonly name: string
  readonly read: () => Promise<AppSecretState>
  /** Makes this the current value in one call, so that nobody ever sees a half of it. */
  readonly put: (text: string) => Promise<void>
}

export const appSecretDesk = (client: SecretsManagerClient, name: string): AppSecretDesk => {
  const secret = secretsManager({ client, secretId: name })
  return {
    name,
    read: async () => {
      const current = await currentOrNothing(secret)
      if (current !== undefined) return { kind: 'value', versionId: current.versionId, text: current.value }
      // A secret without a value and none at all are answered by the same name of an error.
      return attemptOnSecret(name, async () => ({ kind: (await exists(client, name)) ? 'empty' : 'none' }))
    },
    put: (text) =>
      attemptOnSecret(name, async () => {
        await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text }))
      }),
  }
}

const exists = async (client: SecretsManagerClient, name: string): Promise<boolean> => {
  try {
    await client.send(new DescribeSecretCommand({ SecretId: name }))
    return true
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return false
    throw error
  }
}
