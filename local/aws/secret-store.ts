import { replaceDurably } from '../durable-file.ts'
import { parseState, readState } from '../state-file.ts'
import { AwsError } from './aws-error.ts'
import { StoredSecrets, type StoredSecret } from './stored-secret.ts'

export type SecretStore = {
  /** Those that are not gone, deleted ones with a recovery window among them. */
  all(): readonly StoredSecret[]
  /** By name, ARN, or ARN without its random end. @throws AwsError ResourceNotFoundException */
  find(secretId: string): StoredSecret
  /** Adds or replaces the secret of this name; it is on disk when this returns. */
  save(secret: StoredSecret): void
  remove(name: string): void
}

/** Opens the secrets in one JSON file; a file that is not there is an empty store. */
export const openSecretStore = (path: string, clock: () => number): SecretStore => {
  const text = readState(path)
  let secrets = text === undefined ? [] : parseState(path, text, StoredSecrets).secrets
  const alive = () => secrets.filter((secret) => secret.purgeAt === undefined || secret.purgeAt > clock())
  const replace = (next: readonly StoredSecret[]): void => {
    // First the disk: what a caller is told has to be what a restart finds.
    replaceDurably(path, JSON.stringify({ v: 1, secrets: next }))
    secrets = next
  }
  return {
    all: alive,
    find: (secretId) => {
      const living = alive()
      const found =
        living.find((secret) => secret.name === secretId || secret.arn === secretId) ??
        living.find((secret) => secret.arn.slice(0, -'-xxxxxx'.length) === secretId)
      if (found === undefined) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
      return found
    },
    save: (secret) => replace([...alive().filter(({ name }) => name !== secret.name), secret]),
    remove: (name) => replace(alive().filter((secret) => secret.name !== name)),
  }
}
