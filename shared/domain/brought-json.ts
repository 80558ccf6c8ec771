import type * as z from 'zod'
import { BroughtUnreadable, textOf } from './brought-text.ts'
import { placeOfFlaw } from './json-flaw.ts'

/**
 * JSON that a person brings, written by a tool that is not ours. A field that is `null` counts as left out: tools write it for what they
 * do not know.
 * @throws BroughtUnreadable
 */
export const parseBrought = (text: string): unknown => {
  const readable = textOf(text)
  return withoutNulls(parseJson(readable))
}

/**
 * What was brought, by its schema.
 * @param placeOf names a place for a person, where its path says too little
 * @throws BroughtUnreadable saying which field is missing or wrong, never its value
 */
export const checkBrought = <Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  placeOf: (path: readonly PropertyKey[]) => string = pathText,
): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const path = result.error.issues[0]?.path ?? []
  if (path.length === 0) throw new BroughtUnreadable('field_wrong', 'is JSON of another kind')
  if (valueAt(value, path) === undefined) throw new BroughtUnreadable('field_missing', `has no ${placeOf(path)}`)
  throw new BroughtUnreadable('field_wrong', `has an unusable ${placeOf(path)}`)
}

export const pathText = (path: readonly PropertyKey[]): string => path.map(String).join('.')

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new BroughtUnreadable('not_json', text.trim() === '' ? 'is empty' : `is not JSON: look at ${placeOfFlaw(text)}`)
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, field]) => (field === null ? [] : [[key, withoutNulls(field)]])))
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((found: unknown, key) => (isObject(found) ? Reflect.get(found, key) : undefined), value)
