import type { SQSRecord } from 'aws-lambda'
import { isTraceId, traceIdIn } from '../domain/trace-id.ts'

/** The trace id that a message has as an attribute, or in its body when somebody put it there by hand. */
export const traceIdOf = ({ messageAttributes, body }: Pick<SQSRecord, 'messageAttributes' | 'body'>): string | undefined => {
  const attribute = messageAttributes['traceId']?.stringValue
  return isTraceId(attribute) ? attribute : traceIdIn(body)
}
