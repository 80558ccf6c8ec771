import { InvalidEventPattern } from './invalid-event-pattern.ts'
import { compileMatcher, isObject, type Matcher } from './event-pattern-matchers.ts'

/**
 * Whether an EventBridge pattern matches an event.
 * @throws InvalidEventPattern for a pattern that EventBridge would not accept, whatever the event is
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export const matchesPattern = (pattern: unknown, event: unknown): boolean => {
  if (!isObject(pattern)) throw new InvalidEventPattern('the pattern must be an object')
  return compileObject(pattern)(event, [event])
}

/** `node` is the value at this place; `all` are the values here in every branch of the arrays above. */
type Test = (node: unknown, all: readonly unknown[]) => boolean

const compileObject = (pattern: Readonly<Record<string, unknown>>): Test => {
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw new InvalidEventPattern('empty objects are not allowed')
  const tests = entries.map(([key, value]) => (key === '$or' ? compileOr(value) : compileField(key, value)))
  return (node, all) => tests.every((test) => test(node, all))
}

const compileOr = (value: unknown): Test => {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject))
    throw new InvalidEventPattern('$or must be an array of at least two objects')
  const branches = value.map(compileObject)
  return (node, all) => branches.some((branch) => branch(node, all))
}

const compileField = (key: string, value: unknown): Test => {
  const field = (node: unknown): unknown => (isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined)
  if (Array.isArray(value)) {
    const leaf = compileLeaf(key, value)
    return (node, all) => leaf(field(node), all.map(field))
  }
  if (!isObject(value)) throw new InvalidEventPattern(`"${key}" must be an object or an array`)
  const inner = compileObject(value)
  // All fields of a pattern object have to be found in the same element of an array.
  return (node, all) => {
    const branches = flatten(field(node))
    const everywhere = all.flatMap((other) => flatten(field(other)))
    return (branches.length === 0 ? [undefined] : branches).some((branch) => inner(branch, everywhere))
  }
}

const compileLeaf = (key: string, values: readonly unknown[]): Test => {
  if (values.length === 0) throw new InvalidEventPattern('empty arrays are not allowed')
  const matchers = values.map((value): Matcher => compileMatcher(key, value))
  return (node, all) => {
    const scalars = flatten(node).filter((value) => !isObject(value))
    const absent = all.flatMap(flatten).every(isObject)
    return matchers.some((matcher) => (matcher === 'absent' ? absent : scalars.some(matcher)))
  }
}

/** The values of a field: arrays count as each of their elements, a missing field as none. */
const flatten = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(flatten) : value === undefined ? [] : [value])
