import { AwsError } from './aws-error.ts'
import { attach, prune } from './staging-labels.ts'
import type { StoredSecret, StoredVersion } from './stored-secret.ts'

/** A value as a call brings it. */
export type ValueInput = {
  readonly ClientRequestToken?: string | undefined
  readonly SecretString?: string | undefined
  readonly SecretBinary?: string | undefined
}

/** A version without labels, or undefined when the call brings no value. The token becomes its id. @throws AwsError */
export const newVersion = (input: ValueInput, now: number): StoredVersion | undefined => {
  const { ClientRequestToken: token, SecretString: text, SecretBinary: binary } = input
  if (token === undefined)
    throw new AwsError('InvalidRequestException', 'You must provide a ClientRequestToken value. We recommend a UUID-type value.')
  if (token.length < 32 || token.length > 64)
    throw new AwsError('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.')
  if (text && binary)
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  if (!text && !binary) return undefined
  return { id: token, stages: [], createdAt: now, ...(text ? { text } : { binary }) }
}

/**
 * Adds a version with its labels. The same token with the same value changes nothing.
 * @throws AwsError ResourceExistsException for the same token with another value: a version never changes. LimitExceededException for too many a day
 */
export const addVersion = (secret: StoredSecret, version: StoredVersion, stages: readonly string[]): StoredSecret => {
  const known = secret.versions.find(({ id }) => id === version.id)
  if (known === undefined) {
    requireRoom(secret, version.createdAt)
    // The first version is current, whatever labels were asked for.
    const labels = secret.versions.length === 0 ? [...new Set([...stages, 'AWSCURRENT'])] : stages
    return { ...secret, changedAt: version.createdAt, versions: prune(attach([...secret.versions, version], labels, version.id)) }
  }
  if (sameValue(known, version)) return secret
  throw new AwsError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${version.id} because that value is already in use for a version of secret ${secret.arn}.`,
  )
}

/** A version younger than a day is never removed, so that so many a day is all there can be. */
const VERSIONS_A_DAY = 100
const DAY = 86_400_000

const requireRoom = ({ versions }: StoredSecret, now: number): void => {
  if (versions.filter(({ createdAt }) => createdAt > now - DAY).length < VERSIONS_A_DAY) return
  throw new AwsError('LimitExceededException', "You can't create more versions of this secret: it has the most that it may have.")
}

export const sameValue = (a: StoredVersion, b: StoredVersion): boolean => a.text === b.text && a.binary === b.binary
