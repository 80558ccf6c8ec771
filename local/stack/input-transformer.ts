import type { TargetModel } from '../template/stack-model.ts'

/**
 * The text that a rule's input transformer makes of an event: each line of the template is a JSON string with names in angle
 * brackets, and what a name stands for is found in the event. What is not there is left empty; an object is shown as JSON.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export const transformInput = ({ paths, template }: NonNullable<TargetModel['transformer']>, event: unknown): string =>
  template
    .trimEnd()
    .split('\n')
    .map((line) =>
      textOf(line).replaceAll(/<([\w-]+)>/g, (named, name: string) => (name in paths ? shown(valueAt(event, paths[name] ?? '')) : named)),
    )
    .join('\n')

const textOf = (line: string): string => {
  const value: unknown = line.startsWith('"') ? JSON.parse(line) : line
  return String(value)
}

/** Dot notation, the only one that EventBridge takes: `$.detail.link`. */
const valueAt = (event: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), event)

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
