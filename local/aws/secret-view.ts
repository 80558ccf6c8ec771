import type { StoredSecret, StoredVersion } from './stored-secret.ts'

/** JSON 1.1 carries times as seconds since 1970. */
const seconds = (at: number): number => at / 1000

/** What DescribeSecret answers; ListSecrets spells the versions `SecretVersionsToStages`. */
export const describeSecret = (secret: StoredSecret, versionsKey: 'VersionIdsToStages' | 'SecretVersionsToStages') => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description !== undefined && { Description: secret.description }),
  ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
  LastChangedDate: seconds(secret.changedAt),
  ...(secret.accessedAt !== undefined && { LastAccessedDate: seconds(secret.accessedAt) }),
  ...(secret.deletedAt !== undefined && { DeletedDate: seconds(secret.deletedAt) }),
  Tags: secret.tags,
  [versionsKey]: Object.fromEntries(secret.versions.filter(isLabelled).map(({ id, stages }) => [id, stages])),
  CreatedDate: seconds(secret.createdAt),
})

export const describeVersion = (version: StoredVersion) => ({
  VersionId: version.id,
  ...(isLabelled(version) && { VersionStages: version.stages }),
  CreatedDate: seconds(version.createdAt),
})

/** What GetSecretValue answers. */
export const revealVersion = (secret: StoredSecret, version: StoredVersion) => ({
  ARN: secret.arn,
  Name: secret.name,
  VersionId: version.id,
  ...(version.text === undefined ? { SecretBinary: version.binary } : { SecretString: version.text }),
  VersionStages: version.stages,
  CreatedDate: seconds(version.createdAt),
})

export const isLabelled = (version: StoredVersion): boolean => version.stages.length > 0
