import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileText } from './compile-text.ts'
import { findings } from './findings.ts'
import { CompiledTemplate } from './template.ts'

type Edit = (text: string) => string
const without =
  (id: string): Edit =>
  (text) => {
    const template = CompiledTemplate.parse(JSON.parse(text))
    return JSON.stringify({
      ...template,
      Resources: Object.fromEntries(Object.entries(template.Resources).filter(([name]) => name !== id)),
    })
  }
const replaced =
  (from: string, to: string): Edit =>
  (text) =>
    text.replace(from, () => to)

/** What stands in deploy/ or is made by the framework, broken in the compiled template. */
describe('a template with', () => {
  let text: string
  beforeAll(async () => {
    const compiled = await compileText(readFileSync(resolve(import.meta.dirname, '../../serverless.yml'), 'utf8'))
    text = JSON.stringify(compiled)
  })

  it.each([
    [
      'a topic that is closed to EventBridge',
      without('MailPolicy'),
      /ReauthRequiredMail sends to a topic that does not let EventBridge in/,
    ],
    ['a topic that is closed to alarms', without('MailPolicy'), /FreshnessAlarm tells somebody that CloudWatch cannot reach/],
    ['no mail about a dead token', without('ReauthRequiredMail'), /nobody gets a mail about ReauthRequired/],
    [
      'a mail that listens to others',
      replaced(
        '"source":["alpha-kite.pipeline"],"detail-type":["ReauthRequired"]',
        '"source":["alpha-kite"],"detail-type":["ReauthRequired"]',
      ),
      /ReauthRequiredMail does not listen to the events of the pipeline/,
    ],
    [
      'a subscription that ends with a forgotten parameter',
      replaced('"DeletionPolicy":"Retain"', '"DeletionPolicy":"Delete"'),
      /MailSubscription ends with a deployment/,
    ],
    ['a dashboard with a mistake', replaced('\\"widgets\\": [', '\\"widgets\\": [,'), /Dashboard is no dashboard/],
    [
      'a dashboard with a misspelt figure',
      replaced('\\"MissingMinutes\\"', '\\"MissingMinute\\"'),
      /Dashboard shows MissingMinute, which nobody publishes/,
    ],
    ['a function that nobody calls', without('RedriverSchedulerSchedule1'), /RedriverLambdaFunction has no schedule/],
    [
      'a function that anybody may call',
      replaced('"Principal":"events.amazonaws.com","SourceArn"', '"Principal":"events.amazonaws.com","Arn"'),
      /lets anybody call/,
    ],
    ['no log group', without('WriterLogGroup'), /WriterLambdaFunction has no log group/],
  ])('%s is found', (_, edit, found) => {
    const broken = edit(text)
    expect(broken).not.toBe(text)
    expect(findings(CompiledTemplate.parse(JSON.parse(broken))).join('\n')).toMatch(found)
  })
})
