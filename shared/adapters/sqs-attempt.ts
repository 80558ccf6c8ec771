import { AwsUnavailable } from '../domain/errors.ts'

/** A call to SQS. Fails with AwsUnavailable, which names the refusal and nothing of the message. */
export const attempt = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call()
  } catch (error) {
    throw new AwsUnavailable(`SQS did not take the call: ${error instanceof Error ? error.name : 'unknown error'}`, { cause: error })
  }
}
