import type * as z from 'zod'
import { AwsError } from './aws-error.ts'
import type { SecretInputs } from './secret-inputs.ts'
import type { SecretStore } from './secret-store.ts'
import type { StoredSecret } from './stored-secret.ts'

const DAY = 86_400_000

/** Deletes at once or after a recovery window of 7 to 30 days. */
export const deleteSecret = (input: z.output<(typeof SecretInputs)['remove']>, store: SecretStore, now: number) => {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = input
  if (force && days !== undefined)
    throw new AwsError('InvalidParameterException', "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
  if (days !== undefined && (days < 7 || days > 30))
    throw new AwsError('InvalidParameterException', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
  const secret = store.find(input.SecretId)
  const purgeAt = force ? now : now + (days ?? 30) * DAY
  if (force) store.remove(secret.name)
  else store.save({ ...requireUsable(secret), deletedAt: now, purgeAt })
  return { ARN: secret.arn, Name: secret.name, DeletionDate: purgeAt / 1000 }
}

export const restoreSecret = (secretId: string, store: SecretStore) => {
  const { deletedAt: _deletedAt, purgeAt: _purgeAt, ...secret } = store.find(secretId)
  store.save(secret)
  return { ARN: secret.arn, Name: secret.name }
}

/** @throws AwsError InvalidRequestException for a secret in its recovery window */
export const requireUsable = (secret: StoredSecret): StoredSecret => {
  if (secret.deletedAt === undefined) return secret
  throw new AwsError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.")
}
