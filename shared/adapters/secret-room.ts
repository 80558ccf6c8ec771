import { ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager'
import { HOUR } from '../domain/time.ts'
import type { SecretRoom } from '../ports.ts'
import { SECRET_CALL_TIMEOUT, type SecretPlace } from './secret-reader.ts'

/**
 * Secrets Manager keeps about a hundred versions and removes none that is younger than a day: then it takes no more.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export const VERSIONS_A_DAY = 100
const DAY = 24 * HOUR

/** How many versions can still be stored, by the ages of those that are there. */
export const roomIn = async ({ client, secretId }: SecretPlace, now: number): Promise<SecretRoom> => {
  const young: number[] = []
  for (let next: string | undefined, page = 0; page === 0 || next !== undefined; page++) {
    const command: ListSecretVersionIdsCommand = new ListSecretVersionIdsCommand({
      SecretId: secretId,
      IncludeDeprecated: true,
      MaxResults: 100,
      NextToken: next,
    })
    const { Versions = [], NextToken } = await client.send(command, { abortSignal: AbortSignal.timeout(SECRET_CALL_TIMEOUT) })
    young.push(
      ...Versions.flatMap(({ CreatedDate }) =>
        CreatedDate !== undefined && CreatedDate.getTime() > now - DAY ? [CreatedDate.getTime()] : [],
      ),
    )
    next = NextToken
  }
  return roomAmong(young)
}

/** @param young when the versions of the last day were stored, epoch milliseconds */
export const roomAmong = (young: readonly number[]): SecretRoom => {
  const surplus = young.length - VERSIONS_A_DAY
  const freed = young.toSorted((a, b) => a - b)[surplus]
  return freed === undefined ? { left: VERSIONS_A_DAY - young.length, freesAt: 0 } : { left: 0, freesAt: freed + DAY }
}
