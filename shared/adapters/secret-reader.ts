import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { AwsUnavailable } from '../domain/errors.ts'
import type { SecretVersion, SecretVersions } from '../ports.ts'
import { attemptOnSecret } from './secrets-attempt.ts'

/** One call with all its retries takes no longer than this, milliseconds. */
export const SECRET_CALL_TIMEOUT = 8_000

/** A secret in AWS Secrets Manager; `secretId` is its name or ARN. */
export type SecretPlace = { readonly client: SecretsManagerClient; readonly secretId: string }

/** A secret for those who only read it: a function that stores none needs no permission to, and has no code for it. */
export const secretReader = (place: SecretPlace): Pick<SecretVersions, 'current'> => ({
  current: () =>
    attemptOnSecret(place.secretId, async () => {
      const { versionId, value } = await readSecret(place, 'AWSCURRENT')
      return { versionId, value }
    }),
})

/** The version that has this label, with all of its labels. Fails as the SDK does, or with AwsUnavailable. */
export const readSecret = async (
  { client, secretId }: SecretPlace,
  stage: string,
): Promise<SecretVersion & { readonly stages: readonly string[] }> => {
  const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage })
  const answer = await client.send(command, { abortSignal: AbortSignal.timeout(SECRET_CALL_TIMEOUT) })
  if (answer.VersionId === undefined) throw new AwsUnavailable(`Secrets Manager answered with no version at ${stage}`)
  // Bytes may be the text that was meant. Where they are not, whoever parses the text says so, and knows which version it was.
  const value = answer.SecretString ?? new TextDecoder().decode(answer.SecretBinary)
  return { versionId: answer.VersionId, value, stages: answer.VersionStages ?? [] }
}
