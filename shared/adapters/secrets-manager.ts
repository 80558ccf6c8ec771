import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager'
import { AwsUnavailable } from '../domain/errors.ts'
import type { SecretVersions } from '../ports.ts'
import { readLabels, secretLabels } from './secret-labels.ts'
import { readSecret, SECRET_CALL_TIMEOUT, secretReader, type SecretPlace } from './secret-reader.ts'
import { attemptOnSecret as attempt, nameOf } from './secrets-attempt.ts'

/** The versions of one secret, for those who store some. */
export const secretsManager = (place: SecretPlace): SecretVersions => {
  const { client, secretId } = place
  const options = () => ({ abortSignal: AbortSignal.timeout(SECRET_CALL_TIMEOUT) })

  /** Undefined: no version has the label. */
  const find = async (stage: string): Promise<Awaited<ReturnType<typeof readSecret>> | undefined> => {
    try {
      return await readSecret(place, stage)
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return undefined
      throw error
    }
  }

  /** Best effort: `pending` leaves out a version that was promoted, so nothing depends on this. */
  const clearPending = async (versionId: string): Promise<void> => {
    const command = new UpdateSecretVersionStageCommand({ SecretId: secretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: versionId })
    await client.send(command, options()).catch(() => undefined)
  }

  /** The first version of all has nothing to be compared with. */
  const makeFirst = async (versionId: string): Promise<'promoted'> => {
    const command = new UpdateSecretVersionStageCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT', MoveToVersionId: versionId })
    await client.send(command, options())
    return 'promoted'
  }

  const move = async (newVersionId: string, oldVersionId: string): Promise<'promoted' | 'moved'> => {
    try {
      const labels = { SecretId: secretId, VersionStage: 'AWSCURRENT', MoveToVersionId: newVersionId, RemoveFromVersionId: oldVersionId }
      await client.send(new UpdateSecretVersionStageCommand(labels), options())
      return 'promoted'
    } catch (error) {
      if (nameOf(error) !== 'InvalidParameterException') throw error
      // A retry after a lost answer is refused too: only the labels tell who has moved them.
      const current = (await readLabels(place)).get('AWSCURRENT')
      if (current === undefined) return makeFirst(newVersionId)
      if (current === newVersionId) return 'promoted'
      if (current === oldVersionId) throw error
      return 'moved'
    }
  }

  return {
    ...secretReader(place),
    ...secretLabels(place),
    pending: () =>
      attempt(secretId, async () => {
        const found = await find('AWSPENDING')
        const wasPromoted = found?.stages.some((stage) => stage === 'AWSCURRENT' || stage === 'AWSPREVIOUS')
        return found === undefined || wasPromoted === true ? undefined : { versionId: found.versionId, value: found.value }
      }),
    previous: () =>
      attempt(secretId, async () => {
        const found = await find('AWSPREVIOUS')
        return found && { versionId: found.versionId, value: found.value }
      }),
    putPending: (value) =>
      attempt(secretId, async () => {
        const command = new PutSecretValueCommand({ SecretId: secretId, SecretString: value, VersionStages: ['AWSPENDING'] })
        const { VersionId } = await client.send(command, options())
        if (VersionId === undefined) throw new AwsUnavailable('Secrets Manager stored a version without an id')
        return VersionId
      }),
    promote: (newVersionId, oldVersionId) =>
      attempt(secretId, async () => {
        const outcome = await move(newVersionId, oldVersionId)
        if (outcome === 'promoted') await clearPending(newVersionId)
        return outcome
      }),
  }
}
