import { AwsError } from './aws-error.ts'

/** A pattern that EventBridge does not accept. */
export class InvalidEventPattern extends AwsError {
  override readonly name = 'InvalidEventPatternException'

  constructor(reason: string) {
    super('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`)
  }
}
