import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundledCalls } from './bundled-calls.ts'
import { compileText } from './compile-text.ts'
import { statementsOf } from './rules/permissions.ts'
import { type CompiledTemplate, ofType, targetOf } from './template.ts'

const root = resolve(import.meta.dirname, '../..')
const NAMES = readdirSync(resolve(root, 'functions'))

/** What Lambda itself does in the name of a function that reads a queue. */
const OF_THE_EVENT_SOURCE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
/** Lambda's own. */
const LOGGING = /^logs:/

describe('the role of', () => {
  let template: CompiledTemplate
  beforeAll(async () => {
    const compiled = await compileText(readFileSync(resolve(root, 'serverless.yml'), 'utf8'))
    if (typeof compiled === 'string') throw new Error(compiled)
    template = compiled
  })

  it.each(NAMES)('%s allows the calls that its code makes, and no others', async (name) => {
    const fn = ofType(template, 'AWS::Lambda::Function').find(({ Properties }) => String(Properties['FunctionName']).endsWith(`-${name}`))
    const role = ofType(template, 'AWS::IAM::Role').find(({ id }) => id === targetOf(fn?.Properties['Role']))
    const readsQueue = ofType(template, 'AWS::Lambda::EventSourceMapping').some(
      ({ Properties }) => targetOf(Properties['FunctionName']) === fn?.id,
    )
    const granted = new Set(
      (role === undefined ? [] : statementsOf(role)).flatMap(({ actions }) => actions).filter((action) => !LOGGING.test(action)),
    )
    const made = await bundledCalls(name)
    expect(made.length).toBeGreaterThan(1)
    expect([...granted].toSorted()).toEqual([...new Set([...made, ...(readsQueue ? OF_THE_EVENT_SOURCE : [])])].toSorted())
  })
})
