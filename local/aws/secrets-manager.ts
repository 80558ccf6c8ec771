import { parseInput } from './aws-input.ts'
import type { AwsService } from './aws-service.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret, requireUsable, restoreSecret } from './delete-secret.ts'
import { listSecrets } from './list-secrets.ts'
import { takePage } from './page.ts'
import { readValue } from './read-value.ts'
import { SecretInputs } from './secret-inputs.ts'
import type { SecretStore } from './secret-store.ts'
import { addVersion, newVersion } from './secret-value.ts'
import { describeSecret, describeVersion, isLabelled } from './secret-view.ts'
import { moveLabel } from './staging-labels.ts'
import { AwsError } from './aws-error.ts'

export type SecretsManagerOptions = {
  readonly store: SecretStore
  readonly clock: () => number
  readonly region: string
  readonly account: string
}

/** AWS Secrets Manager over a local store. Every change is on disk before its answer. */
export const localSecretsManager = (options: SecretsManagerOptions): AwsService => {
  const { store, clock } = options
  const usable = (secretId: string) => requireUsable(store.find(secretId))
  return {
    target: 'secretsmanager',
    messageKey: 'Message',
    operations: {
      CreateSecret: (input) => createSecret(parseInput(SecretInputs.create, input), options),
      GetSecretValue: (input) => readValue(parseInput(SecretInputs.get, input), store, clock()),
      PutSecretValue: (input) => {
        const call = parseInput(SecretInputs.put, input)
        const version = newVersion(call, clock())
        if (version === undefined) throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.')
        const before = usable(call.SecretId)
        const secret = addVersion(before, version, call.VersionStages ?? ['AWSCURRENT'])
        if (secret !== before) store.save(secret)
        const stages = secret.versions.find(({ id }) => id === version.id)?.stages ?? []
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: stages }
      },
      UpdateSecret: (input) => {
        const call = parseInput(SecretInputs.update, input)
        const version = newVersion(call, clock())
        const before = usable(call.SecretId)
        const secret = {
          ...(version === undefined ? before : addVersion(before, version, ['AWSCURRENT'])),
          ...(call.Description !== undefined && { description: call.Description }),
          ...(call.KmsKeyId !== undefined && { kmsKeyId: call.KmsKeyId }),
          changedAt: clock(),
        }
        store.save(secret)
        return { ARN: secret.arn, Name: secret.name, ...(version !== undefined && { VersionId: version.id }) }
      },
      UpdateSecretVersionStage: (input) => {
        const call = parseInput(SecretInputs.moveStage, input)
        const secret = usable(call.SecretId)
        const move = { label: call.VersionStage, to: call.MoveToVersionId, from: call.RemoveFromVersionId }
        store.save({ ...secret, changedAt: clock(), versions: moveLabel(secret.versions, move) })
        return { ARN: secret.arn, Name: secret.name }
      },
      DescribeSecret: (input) => describeSecret(store.find(parseInput(SecretInputs.one, input).SecretId), 'VersionIdsToStages'),
      ListSecrets: (input) => listSecrets(store.all(), parseInput(SecretInputs.list, input)),
      ListSecretVersionIds: (input) => {
        const call = parseInput(SecretInputs.listVersions, input)
        const secret = store.find(call.SecretId)
        const { items, next } = takePage(
          secret.versions.filter((version) => call.IncludeDeprecated === true || isLabelled(version)),
          call,
        )
        return { ARN: secret.arn, Name: secret.name, Versions: items.map(describeVersion), ...next }
      },
      DeleteSecret: (input) => deleteSecret(parseInput(SecretInputs.remove, input), store, clock()),
      RestoreSecret: (input) => restoreSecret(parseInput(SecretInputs.one, input).SecretId, store),
      TagResource: (input) => {
        const call = parseInput(SecretInputs.tag, input)
        const secret = usable(call.SecretId)
        const added = new Set(call.Tags.map(({ Key }) => Key))
        store.save({ ...secret, tags: [...secret.tags.filter(({ Key }) => !added.has(Key)), ...call.Tags] })
        return {}
      },
      UntagResource: (input) => {
        const call = parseInput(SecretInputs.untag, input)
        const secret = usable(call.SecretId)
        store.save({ ...secret, tags: secret.tags.filter(({ Key }) => !call.TagKeys.includes(Key)) })
        return {}
      },
    },
  }
}
