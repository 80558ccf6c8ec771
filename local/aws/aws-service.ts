/** One AWS service that speaks JSON 1.1. */
export type AwsService = {
  /** The part of `x-amz-target` before the dot. */
  readonly target: string
  readonly operations: Readonly<Record<string, Operation>>
  /** How this service spells the message member of its own errors. */
  readonly messageKey: 'message' | 'Message'
}

/** Takes a call's parsed JSON body, answers what becomes the response's JSON body. @throws AwsError */
export type Operation = (input: unknown) => object
