import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileTemplate } from '../../local/template/compile.ts'
import { compileText } from './compile-text.ts'
import { findings } from './findings.ts'
import { at, CompiledTemplate, ofType, textsIn } from './template.ts'
import { validatorErrors } from './validate.ts'

const root = resolve(import.meta.dirname, '../..')
const text = readFileSync(resolve(root, 'serverless.yml'), 'utf8')

const compiled = async (...more: readonly string[]): Promise<CompiledTemplate> => {
  const template = await compileText(text, ...more)
  if (typeof template === 'string') throw new Error(template)
  return template
}

/** The names of the uploaded code hold the moment of packaging; a local stack has its pipeline file elsewhere. */
const comparable = ({ Resources }: CompiledTemplate): unknown => {
  const plain = Object.entries(Resources).map(([id, { Type, Properties }]) => [id, { Type, Properties }])
  const text = JSON.stringify(Object.fromEntries(plain))
  return JSON.parse(text.replaceAll(/"serverless\/[^"]*\.zip"/g, '"code"').replaceAll(/"[^"]*pipeline\.yml"/g, '"pipeline.yml"'))
}

describe('the template that is deployed', () => {
  let template: CompiledTemplate
  beforeAll(async () => {
    template = await compiled()
  })

  it('passes the validator of AWS', () => {
    expect(validatorErrors(template)).toEqual([])
  })

  it('has what the validator does not ask for', () => {
    expect(findings(template)).toEqual([])
  })

  it('gives every role the boundary that it is told, and none without', async () => {
    const bounded = await compiled('--param', 'boundary=the-most')
    const conditions = (one: CompiledTemplate) => JSON.stringify(at(one, 'Conditions', 'HasBoundary'))
    expect(conditions(template)).toBe('{"Fn::Not":[{"Fn::Equals":["",""]}]}')
    expect(conditions(bounded)).toBe('{"Fn::Not":[{"Fn::Equals":["the-most",""]}]}')
    const roles = ofType(bounded, 'AWS::IAM::Role')
    expect(roles).toHaveLength(7)
    for (const { Properties } of roles)
      expect(JSON.stringify(Properties['PermissionsBoundary'])).toContain('iam::${AWS::AccountId}:policy/the-most"')
    expect(validatorErrors(bounded)).toEqual([])
  })

  it('is the one that the local stack runs', async () => {
    const there = CompiledTemplate.parse(await compileTemplate({ root, pipelineFile: resolve(root, 'pipeline.yml') }))
    expect(comparable(template)).toEqual(comparable(there))
  })

  it('stands beside another stage in the same account: no name is taken twice', async () => {
    const other = await compiled('--stage', 'other')
    const names = (one: CompiledTemplate) =>
      textsIn(one.Resources)
        .filter(({ path }) => /\.Properties\.(\w*Name|Name)$/.test(path) && !/\.(StageName|PolicyName|MetricName)$/.test(path))
        .map(({ text: name }) => name)
    expect(names(template).length).toBeGreaterThan(30)
    expect(names(other).filter((name) => names(template).includes(name) && name !== '$LATEST')).toEqual([])
  })

  it('calls the token secret of prod by the name that operators know', () => {
    expect(ofType(template, 'AWS::SecretsManager::Secret').map(({ Properties }) => Properties['Name'])).toContain('schwab-api-token-prod')
  })

  it('makes the mail subscription only for a mail address', async () => {
    const endpoint = (one: CompiledTemplate) => ofType(one, 'AWS::SNS::Subscription')[0]?.Properties['Endpoint']
    expect(endpoint(template)).toBe('')
    expect(endpoint(await compiled('--param', 'mail=you@example.org'))).toBe('you@example.org')
  })

  it('shows every alarm, queue and function on its dashboard', () => {
    const body = String(
      ofType(template, 'AWS::CloudWatch::Dashboard')[0]?.Properties['DashboardBody'] && JSON.stringify(template.Resources['Dashboard']),
    )
    for (const { id } of ofType(template, 'AWS::CloudWatch::Alarm')) expect(body).toContain(`\${${id}.Arn}`)
    for (const { Properties } of ofType(template, 'AWS::SQS::Queue')) expect(body).toContain(String(Properties['QueueName']))
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function')) expect(body).toContain(String(Properties['FunctionName']))
  })

  it('asks the logs only for events that are logged', () => {
    const registered = new Set(readFileSync(resolve(root, 'shared/domain/log-events.ts'), 'utf8').match(/(?<=')\w+(?=')/g))
    const queries = ofType(template, 'AWS::Logs::QueryDefinition')
    expect(queries.length).toBeGreaterThan(4)
    const asked = queries.flatMap(({ Properties }) => {
      const query = String(Properties['QueryString'])
      const clause = query.match(/event (?:=|in) (\[[^\]]*\]|"\w+")/)?.[1] ?? ''
      return [...clause.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? '')
    })
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter((event) => !registered.has(event))).toEqual([])
  })
})
