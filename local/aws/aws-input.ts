import type * as z from 'zod'
import { AwsError } from './aws-error.ts'

/**
 * Reads a call's input through a schema and refuses it in AWS's words. Unlike AWS it never repeats the value: it may be a secret.
 * @throws AwsError ValidationException for a missing or badly sized member, SerializationException for one of a wrong type
 */
export const parseInput = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  const found = result.error.issues.map(describe)
  throw new AwsError('ValidationException', `${found.length} validation error${found.length > 1 ? 's' : ''} detected: ${found.join('; ')}`)
}

const describe = (issue: z.core.$ZodIssue): string => {
  const place = memberName(issue.path)
  if (issue.input === undefined || issue.input === null)
    return `Value null at '${place}' failed to satisfy constraint: Member must not be null`
  const measure =
    issue.code === 'too_small' || issue.code === 'too_big' ? (typeof issue.input === 'number' ? 'value' : 'length') : undefined
  switch (issue.code) {
    case 'too_small':
      return `Value at '${place}' failed to satisfy constraint: Member must have ${measure} greater than or equal to ${issue.minimum}`
    case 'too_big':
      return `Value at '${place}' failed to satisfy constraint: Member must have ${measure} less than or equal to ${issue.maximum}`
    case 'invalid_type':
      throw new AwsError('SerializationException', `${place} is not of type ${issue.expected}`)
    default:
      return `Value at '${place}' failed to satisfy constraint: Member must satisfy its documented pattern or set of values`
  }
}

/** `Entries[0].Source` is `entries.1.member.source` to AWS. */
const memberName = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `${part + 1}.member` : String(part).charAt(0).toLowerCase() + String(part).slice(1)))
    .join('.')
