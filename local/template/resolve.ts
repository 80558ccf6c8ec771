import type { Template } from './compile.ts'

/** What `Ref` and `Fn::GetAtt` give for one resource. */
export type Address = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> }

export type ResolveContext = {
  readonly template: Template
  readonly addresses: ReadonlyMap<string, Address>
  readonly region: string
  readonly accountId: string
  readonly stackName: string
}

/**
 * Replaces CloudFormation's intrinsic functions by what they stand for in the local stack.
 * @throws an Error naming the resource or function that the local stack does not have
 */
export const resolveValue = (value: unknown, context: ResolveContext): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, context))
  if (!isRecord(value)) return value
  const [name, argument] = onlyEntry(value)
  if (name === 'Ref') return reference(String(argument), context)
  if (name === 'Fn::GetAtt') return attribute(argument, context)
  if (name === 'Fn::Sub') return substitute(argument, context)
  if (name === 'Fn::Join') return join(argument, context)
  if (name === 'Fn::If') return choose(argument, context)
  if (name?.startsWith('Fn::')) throw new Error(`the local stack does not know ${name}; use Ref, Fn::GetAtt, Fn::Sub, Fn::Join or Fn::If`)
  const resolved = Object.entries(value).map(([key, item]) => [key, resolveValue(item, context)] as const)
  // A property without a value is none.
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined))
}

const choose = (argument: unknown, context: ResolveContext): unknown => {
  const [name, then, otherwise] = Array.isArray(argument) ? argument : []
  const condition = context.template.Conditions?.[String(name)]
  if (condition === undefined) throw new Error(`Fn::If: there is no condition ${String(name)}`)
  return resolveValue(holds(condition, context) ? then : otherwise, context)
}

const holds = (condition: unknown, context: ResolveContext): boolean => {
  const [name, argument] = isRecord(condition) ? onlyEntry(condition) : [undefined, undefined]
  const [first, second] = Array.isArray(argument) ? argument : []
  if (name === 'Fn::Not') return !holds(first, context)
  if (name === 'Fn::Equals') return resolveValue(first, context) === resolveValue(second, context)
  throw new Error(`the local stack does not know the condition ${name ?? JSON.stringify(condition)}; use Fn::Equals or Fn::Not`)
}

const reference = (name: string, context: ResolveContext): unknown => {
  if (name === 'AWS::NoValue') return undefined
  const address = context.addresses.get(name)
  if (address !== undefined) return address.ref
  const pseudo = pseudoParameters(context)[name]
  if (pseudo !== undefined) return pseudo
  const parameter = context.template.Parameters?.[name]
  if (parameter !== undefined) return parameter.Default
  throw new Error(`Ref ${name}: there is no such resource in the local stack`)
}

const attribute = (argument: unknown, { addresses }: ResolveContext): string => {
  const [name = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
  const value = addresses.get(name)?.attributes[path.join('.')]
  if (value === undefined) throw new Error(`GetAtt ${name}.${path.join('.')}: the local stack has no such attribute`)
  return value
}

const substitute = (argument: unknown, context: ResolveContext): string => {
  const [text, extra] = Array.isArray(argument) ? argument : [argument, {}]
  const variables = isRecord(extra) ? extra : {}
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`
    if (name in variables) return String(resolveValue(variables[name], context))
    return String(name.includes('.') ? attribute(name, context) : reference(name, context))
  })
}

const join = (argument: unknown, context: ResolveContext): string => {
  const [separator, parts] = Array.isArray(argument) ? argument : []
  const resolved = resolveValue(parts, context)
  return (Array.isArray(resolved) ? resolved : []).map(String).join(String(separator ?? ''))
}

const pseudoParameters = ({ region, accountId, stackName }: ResolveContext): Readonly<Record<string, string>> => ({
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stackName,
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const onlyEntry = (value: Readonly<Record<string, unknown>>): readonly [string | undefined, unknown] => {
  const entries = Object.entries(value)
  return entries.length === 1 ? (entries[0] ?? [undefined, undefined]) : [undefined, undefined]
}
