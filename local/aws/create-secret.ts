import { randomInt } from 'node:crypto'
import type * as z from 'zod'
import { AwsError } from './aws-error.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { addVersion, newVersion, sameValue } from './secret-value.ts'
import type { SecretsManagerOptions } from './secrets-manager.ts'
import type { StoredSecret, StoredVersion } from './stored-secret.ts'

/** @throws AwsError ResourceExistsException when the name is taken, unless this is the very call that took it */
export const createSecret = (
  input: z.output<(typeof SecretInputs)['create']>,
  { store, clock, region, account }: SecretsManagerOptions,
) => {
  if (!/^[\w/+=.@!-]+$/.test(input.Name))
    throw new AwsError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    )
  const now = clock()
  const version = newVersion(input, now)
  const existing = store.all().find(({ name }) => name === input.Name)
  if (existing !== undefined) return answer(requireSameCall(existing, version), version)
  const empty: StoredSecret = {
    name: input.Name,
    arn: `arn:aws:secretsmanager:${region}:${account}:secret:${input.Name}-${arnSuffix()}`,
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
    tags: input.Tags ?? [],
    createdAt: now,
    changedAt: now,
    versions: [],
  }
  const secret = version === undefined ? empty : addVersion(empty, version, ['AWSCURRENT'])
  store.save(secret)
  return answer(secret, version)
}

const answer = (secret: StoredSecret, version: StoredVersion | undefined) => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(version !== undefined && { VersionId: version.id }),
})

const requireSameCall = (existing: StoredSecret, version: StoredVersion | undefined): StoredSecret => {
  if (existing.deletedAt !== undefined)
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  const known = existing.versions.find(({ id }) => id === version?.id)
  if (known !== undefined && version !== undefined && sameValue(known, version)) return existing
  throw new AwsError('ResourceExistsException', `The operation failed because the secret ${existing.name} already exists.`)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Six random characters, so that a secret that is created again does not inherit the grants of the old one. */
const arnSuffix = (): string => Array.from({ length: 6 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')
