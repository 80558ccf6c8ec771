import { createHash } from 'node:crypto'
import { GetSecretValueCommand, PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager'
import { AwsUnavailable } from '../domain/errors.ts'
import type { SecretVersions } from '../ports.ts'
import { readLabels, secretLabels } from './secret-labels.ts'
import { readSecret, SECRET_CALL_TIMEOUT, secretReader, type SecretPlace } from './secret-reader.ts'
import { roomIn } from './secret-room.ts'
import { attemptOnSecret as attempt, nameOf } from './secrets-attempt.ts'

/** The label of what is noted. Without one, AWS would give the newest note the label AWSCURRENT. */
const NOTE = 'NOTE'

/** A version's id is chosen by whoever puts it: so a note is found, and made once, by its key. */
const noteId = (key: string): string => createHash('sha256').update(key).digest('hex')

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
    room: (now) => attempt(secretId, () => roomIn(place, now)),
    note: (key, holder) =>
      attempt(secretId, async () => {
        const value = { SecretString: JSON.stringify({ note: key, holder }), VersionStages: [NOTE] }
        try {
          await client.send(new PutSecretValueCommand({ SecretId: secretId, ClientRequestToken: noteId(key), ...value }), options())
          return true
        } catch (error) {
          // A version never changes: the same id with another value is somebody else's.
          if (nameOf(error) === 'ResourceExistsException') return false
          throw error
        }
      }),
    isNoted: (key) =>
      attempt(secretId, async () => {
        try {
          await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionId: noteId(key) }), options())
          return true
        } catch (error) {
          if (nameOf(error) === 'ResourceNotFoundException') return false
          throw error
        }
      }),
    promote: (newVersionId, oldVersionId) =>
      // AWSPENDING stays on the version until the next one is put: `pending` leaves out what was promoted.
      attempt(secretId, () => move(newVersionId, oldVersionId)),
  }
}
