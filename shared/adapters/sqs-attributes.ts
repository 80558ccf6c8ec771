import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { isTraceId } from '../domain/trace-id.ts'

type Attributes = Readonly<Record<string, MessageAttributeValue>>

const TYPE = 'String'

/** Facts as message attributes. */
export const textAttributes = (facts: Readonly<Record<string, string>>): Attributes =>
  Object.fromEntries(Object.entries(facts).map(([name, text]) => [name, { DataType: TYPE, StringValue: text }]))

/** The attribute by which a message is followed from queue to queue; none where the id is none that SQS would take. */
export const traceAttribute = (traceId: string | undefined): Attributes => (isTraceId(traceId) ? textAttributes({ traceId }) : {})

/** The trace id among the attributes of a received message. */
export const traceIdAmong = (attributes: Attributes | undefined): string | undefined => {
  const text = attributes?.['traceId']?.StringValue
  return isTraceId(text) ? text : undefined
}

/** What SQS counts of attributes towards the size of a message: names, types and values. */
export const attributeBytes = (attributes: Attributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '' }]) =>
      sum + [name, DataType, StringValue].reduce((n, text) => n + Buffer.byteLength(text), 0),
    0,
  )
