import { AwsError } from './aws-error.ts'
import type { StoredVersion } from './stored-secret.ts'

type Versions = readonly StoredVersion[]

/** Versions without a label are deprecated; Secrets Manager keeps about this many versions. */
const MAX_VERSIONS = 100

/** The version that has a label; no two have the same. */
export const holderOf = (versions: Versions, label: string): StoredVersion | undefined =>
  versions.find(({ stages }) => stages.includes(label))

/** Gives the labels to one version and takes them from all others. What loses AWSCURRENT becomes AWSPREVIOUS. */
export const attach = (versions: Versions, labels: readonly string[], versionId: string): Versions =>
  labels.reduce((current, label) => {
    const holder = holderOf(current, label)
    const moved = current.map((version) => withLabel(version, label, version.id === versionId))
    const superseded = label === 'AWSCURRENT' && holder !== undefined && holder.id !== versionId
    return superseded ? moved.map((version) => withLabel(version, 'AWSPREVIOUS', version.id === holder.id)) : moved
  }, versions)

/** Forgets the oldest versions without a label while there are too many. */
export const prune = (versions: Versions): Versions => {
  const unlabelled = versions.filter(({ stages }) => stages.length === 0)
  const surplus = new Set(unlabelled.slice(0, Math.max(0, versions.length - MAX_VERSIONS)))
  return versions.filter((version) => !surplus.has(version))
}

export type LabelMove = { readonly label: string; readonly to: string | undefined; readonly from: string | undefined }

/**
 * UpdateSecretVersionStage: a label moves only if it is where the caller believes it to be.
 * @throws AwsError InvalidParameterException when it is not, ResourceNotFoundException for a version that does not exist
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export const moveLabel = (versions: Versions, { label, to, from }: LabelMove): Versions => {
  const holder = holderOf(versions, label)
  for (const id of [to, from]) if (id !== undefined) requireVersion(versions, id)
  if (from !== undefined && from !== holder?.id) {
    const place = holder === undefined ? 'not attached to any version' : `currently attached to version ${holder.id}`
    throw new AwsError(
      'InvalidParameterException',
      `RemoveFromVersionId must name the version that has the label: staging label ${label} is ${place}.`,
    )
  }
  if (to === undefined) return detach(versions, label, from)
  if (from === undefined && holder !== undefined && holder.id !== to)
    throw new AwsError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  return attach(versions, [label], to)
}

const detach = (versions: Versions, label: string, from: string | undefined): Versions => {
  if (from === undefined) throw new AwsError('InvalidParameterException', 'You must specify MoveToVersionId, RemoveFromVersionId, or both.')
  if (label === 'AWSCURRENT')
    throw new AwsError(
      'InvalidParameterException',
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    )
  return versions.map((version) => withLabel(version, label, false))
}

const requireVersion = (versions: Versions, id: string): void => {
  if (!versions.some((version) => version.id === id))
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${id}`)
}

const withLabel = (version: StoredVersion, label: string, has: boolean): StoredVersion => {
  if (version.stages.includes(label) === has) return version
  return { ...version, stages: has ? [...version.stages, label] : version.stages.filter((stage) => stage !== label) }
}
