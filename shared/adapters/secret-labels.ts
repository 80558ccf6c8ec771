import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager'
import { TokenUnreadable } from '../domain/errors.ts'
import type { SecretVersions } from '../ports.ts'
import { SECRET_CALL_TIMEOUT, type SecretPlace } from './secret-reader.ts'
import { attemptOnSecret } from './secrets-attempt.ts'

/** A secret for those who only ask which version is current: what it says they need no permission to read. */
export const secretLabels = (place: SecretPlace): Pick<SecretVersions, 'currentVersionId'> => ({
  currentVersionId: () =>
    attemptOnSecret(place.secretId, async () => {
      const versionId = (await readLabels(place)).get('AWSCURRENT')
      if (versionId === undefined) throw new TokenUnreadable(`the secret ${place.secretId} has no value`)
      return versionId
    }),
})

/** The version that each label is at. Fails as the SDK does. */
export const readLabels = async ({ client, secretId }: SecretPlace): Promise<ReadonlyMap<string, string>> => {
  const command = new DescribeSecretCommand({ SecretId: secretId })
  const { VersionIdsToStages = {} } = await client.send(command, { abortSignal: AbortSignal.timeout(SECRET_CALL_TIMEOUT) })
  return new Map(Object.entries(VersionIdsToStages).flatMap(([id, stages]) => stages.map((stage) => [stage, id] as const)))
}
