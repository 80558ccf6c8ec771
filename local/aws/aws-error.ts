/** What an AWS service answers instead of a result. Its message is seen by callers and logs: no secret belongs in it. */
export class AwsError extends Error {
  override readonly name: string = 'AwsError'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}
