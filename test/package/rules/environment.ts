import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { statementsOf } from './permissions.ts'
import { at, ofType, type Resource, type Rule, targetOf } from '../template.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const source = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8')

/** The variables that a schema in this text reads: its keys in capitals. */
const keysIn = (text: string): readonly string[] =>
  [...text.matchAll(/^\s+([A-Z][A-Z0-9_]+): z\./gm), ...text.matchAll(/[{,] ([A-Z][A-Z0-9_]+): z\./g)].map((match) => match[1] ?? '')

/** With a default, or set by the managed runtime. */
const OPTIONAL = new Set(['SCHWAB_TIMEOUT_MS'])

/** What a function's code reads from its environment, by its own schemas. */
const readBy = (fn: Resource): readonly string[] => {
  const text = source(`${String(fn.Properties['Handler']).replace(/\.handler$/, '')}.ts`)
  const shared = [
    ...(text.includes('TokenEnv.shape') ? keysIn(source('shared/lambda/token-deps.ts')) : []),
    ...(text.includes('withAppSecret(') ? keysIn(source('shared/lambda/app-secret.ts')) : []),
  ]
  return [...new Set([...keysIn(text), ...shared])].filter((name) => !OPTIONAL.has(name))
}

const variablesOf = (fn: Resource): Readonly<Record<string, unknown>> => ({ ...Object(at(fn.Properties, 'Environment', 'Variables')) })

/** What a function is given, what it reads, and what its role is about are the same things. */
export const environmentRules: Rule = (template) => {
  const functions = ofType(template, 'AWS::Lambda::Function')
  const roles = ofType(template, 'AWS::IAM::Role')
  const secrets = new Map(ofType(template, 'AWS::SecretsManager::Secret').map(({ id, Properties }) => [Properties['Name'], id]))
  const sources = ofType(template, 'AWS::Lambda::EventSourceMapping')
  return functions.flatMap((fn) => {
    const variables = variablesOf(fn)
    const given = new Set([
      ...Object.values(variables).map((value) => targetOf(value) ?? secrets.get(value)),
      ...sources
        .filter(({ Properties }) => targetOf(Properties['FunctionName']) === fn.id)
        .map(({ Properties }) => targetOf(Properties['EventSourceArn'])),
      `${fn.id.replace(/LambdaFunction$/, '')}LogGroup`,
    ])
    const role = roles.find(({ id }) => id === targetOf(fn.Properties['Role']))
    const allowed = role === undefined ? [] : statementsOf(role).flatMap(({ resources }) => resources.map(targetOf))
    return [
      ...readBy(fn)
        .filter((name) => !(name in variables))
        .map((name) => `${fn.id} reads ${name}, which it is not given`),
      ...[...new Set(allowed)]
        .filter((resource) => !given.has(resource))
        .map((resource) => `${fn.id} may use ${resource}, which it is not given`),
    ]
  })
}
