import type * as z from 'zod'
import { AwsError } from './aws-error.ts'
import { requireUsable } from './delete-secret.ts'
import type { SecretInputs } from './secret-inputs.ts'
import type { SecretStore } from './secret-store.ts'
import { revealVersion } from './secret-view.ts'
import { holderOf } from './staging-labels.ts'

const DAY = 86_400_000

/** GetSecretValue: by version, by label, or AWSCURRENT. */
export const readValue = (input: z.output<(typeof SecretInputs)['get']>, store: SecretStore, now: number) => {
  const secret = requireUsable(store.find(input.SecretId))
  const { VersionId: id, VersionStage: stage } = input
  const version = id === undefined ? holderOf(secret.versions, stage ?? 'AWSCURRENT') : secret.versions.find((one) => one.id === id)
  if (version === undefined) {
    const what = id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`)
  }
  if (stage !== undefined && !version.stages.includes(stage))
    throw new AwsError('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.')
  const today = Math.floor(now / DAY) * DAY
  if (secret.accessedAt !== today) store.save({ ...secret, accessedAt: today })
  return revealVersion(secret, version)
}
