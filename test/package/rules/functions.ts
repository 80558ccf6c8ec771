import { isRetained } from './queues.ts'
import { at, each, list, ofType, type Resource, type Rule, targetOf, textsIn } from '../template.ts'

const NAMES = ['scheduler', 'fetcher', 'writer', 'token-keeper', 'reauth', 'redriver']
/** `FetcherLambdaFunction` belongs to `FetcherLogGroup`. */
const stemOf = ({ id }: Resource): string => id.replace(/LambdaFunction$/, '')

export const functionRules: Rule = (template) => {
  const functions = ofType(template, 'AWS::Lambda::Function')
  const logGroups = ofType(template, 'AWS::Logs::LogGroup')
  const named = (name: string): boolean => functions.some(({ Properties }) => String(Properties['FunctionName']).endsWith(`-${name}`))
  const behindHttp = new Set(
    ofType(template, 'AWS::ApiGatewayV2::Integration').map(({ Properties }) => targetOf(Properties['IntegrationUri'])),
  )
  return [
    ...NAMES.filter((name) => !named(name)).map((name) => `there is no function ${name}`),
    ...each(functions, 'does not run on nodejs24.x', ({ Properties }) => Properties['Runtime'] === 'nodejs24.x'),
    ...each(functions, 'does not run on arm64', ({ Properties }) => list(Properties['Architectures']).includes('arm64')),
    ...each(functions, 'has less memory than a start takes, or more than it can use', ({ Properties }) => {
      const memory = Number(Properties['MemorySize'])
      return memory >= 256 && memory <= 1024
    }),
    ...each(functions, 'has a time-out that ends it before the longest call, or after two minutes', ({ Properties }) => {
      const timeout = Number(Properties['Timeout'])
      return timeout >= 20 && timeout <= 120
    }),
    ...each(
      functions,
      'is behind an HTTP API that gives up before it',
      (fn) => !behindHttp.has(fn.id) || Number(fn.Properties['Timeout']) <= 29,
    ),
    ...each(functions, 'has no log group of its own', (fn) => logGroups.some(({ id }) => id === `${stemOf(fn)}LogGroup`)),
    ...each(logGroups, 'keeps logs for ever', ({ Properties }) => Number(Properties['RetentionInDays']) > 0),
  ]
}

/** A deployment may not hold what only the secrets may. */
export const secretRules: Rule = (template) => {
  const secrets = ofType(template, 'AWS::SecretsManager::Secret')
  const names = secrets.map(({ Properties }) => String(Properties['Name']))
  const variables = ofType(template, 'AWS::Lambda::Function').flatMap(({ id, Properties }) =>
    Object.entries(at(Properties, 'Environment', 'Variables') ?? {}).map(([name, value]) => ({ id, name, value })),
  )
  return [
    ...['schwab-api-token-', 'alpha-kite-']
      .filter((start) => !names.some((name) => name.startsWith(start)))
      .map((start) => `there is no secret ${start}<stage>`),
    ...each(secrets, 'is deleted with the stack', isRetained),
    ...each(
      secrets,
      'has its value in the template',
      ({ Properties }) => !('SecretString' in Properties) && !('GenerateSecretString' in Properties),
    ),
    ...variables
      .filter(({ name, value }) => /SECRET|PASSWORD|TOKEN|_KEY$|CREDENTIAL/.test(name) && !/_ID$|_URL$|_ARN$/.test(name) && value !== '')
      .map(({ id, name }) => `${id} has a credential in plain text in ${name}`),
    ...textsIn(template)
      .filter(({ text }) => CREDENTIALS.some((pattern) => pattern.test(text)))
      .map(({ path }) => `${path} looks like a credential in plain text`),
  ]
}

/** As vendors form them: Supabase's keys, JSON web tokens, AWS access keys, Schwab's tokens, keys of PEM files, passwords in URLs. */
const CREDENTIALS = [
  /sb_(secret|publishable)_\w/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}/,
  /\bA(K|S)IA[0-9A-Z]{16}\b/,
  /\bI0\.[\w-]{10,}/,
  /-----BEGIN /,
  /:\/\/[^/\s:]+:[^@\s$]+@/,
]
