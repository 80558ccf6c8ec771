import { AwsUnavailable, SecretFull, TokenUnreadable } from '../domain/errors.ts'

/** Refusals that a repeat does not change; a person has to look at the secret, its policy or its name. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'EncryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
])

/** One call about a secret. Fails with TokenUnreadable where a person has to act, SecretFull where a version is one too many, else with AwsUnavailable; the cause is what the SDK said. */
export const attemptOnSecret = async <Result>(secretId: string, call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call()
  } catch (error) {
    if (error instanceof TokenUnreadable || error instanceof AwsUnavailable) throw error
    const name = nameOf(error)
    if (name === 'LimitExceededException')
      throw new SecretFull(`Secrets Manager takes no more versions of the secret ${secretId}`, { cause: error })
    if (REFUSALS.has(name))
      throw new TokenUnreadable(`Secrets Manager refused the call on the secret ${secretId}: ${name}`, { cause: error })
    throw new AwsUnavailable(`Secrets Manager did not take the call: ${name}`, { cause: error })
  }
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error')
