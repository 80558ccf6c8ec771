import * as z from 'zod'

const Record = z.record(z.string(), z.unknown())
export const CompiledTemplate = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: Record.default({}),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      Condition: z.string().optional(),
    }),
  ),
})
export type CompiledTemplate = Readonly<z.infer<typeof CompiledTemplate>>

export type Resource = CompiledTemplate['Resources'][string] & { readonly id: string }

/** Says what is wrong with a template, each in one line that begins with the resource. */
export type Rule = (template: CompiledTemplate) => readonly string[]

export const ofType = ({ Resources }: CompiledTemplate, type: string): readonly Resource[] =>
  Object.entries(Resources).flatMap(([id, resource]) => (resource.Type === type ? [{ id, ...resource }] : []))

/** The property at a path, or undefined. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  return at(Reflect.get(value, key), ...rest)
}

/** The resource that a `Ref` or `Fn::GetAtt` is about. */
export const targetOf = (value: unknown): string | undefined => {
  const found = at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0)
  return typeof found === 'string' ? found : undefined
}

export const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/** Every text in a value, however deep, with its path. */
export const textsIn = (value: unknown, path = ''): readonly { readonly path: string; readonly text: string }[] => {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, path === '' ? key : `${path}.${key}`))
}

/** Complains of each resource for which the claim does not hold. */
export const each = (resources: readonly Resource[], complaint: string, holds: (resource: Resource) => boolean): readonly string[] =>
  resources.filter((resource) => !holds(resource)).map(({ id }) => `${id} ${complaint}`)
