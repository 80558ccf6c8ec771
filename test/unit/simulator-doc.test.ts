import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ACTIONS, FAULTS } from '../../local/script/known-plays.ts'
import { parseScript } from '../../local/script/parse-script.ts'
import { EndpointAnswer } from '../../local/schwab/faults/fault.ts'

const DOC = readFileSync(resolve(import.meta.dirname, '../../docs/simulator.md'), 'utf8')
const rowOf = (name: string): string => DOC.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? ''

describe('docs/simulator.md', () => {
  it.each([...FAULTS, ...ACTIONS])('has a row for %s with its options', (name, options) => {
    const row = rowOf(name)
    expect(row).not.toBe('')
    for (const [option, { isRequired }] of Object.entries(options)) expect(row).toContain(`\`${option}\`${isRequired ? ' (needed)' : ''}`)
  })

  it('has no row for what does not exist', () => {
    const rows = [...DOC.matchAll(/^\| `([a-z][a-z0-9-]+)` /gm)].map(([, name = '']) => name)
    const answers: readonly string[] = EndpointAnswer.options
    expect(rows.filter((name) => !FAULTS.has(name) && !ACTIONS.has(name) && !answers.includes(name))).toEqual([])
  })

  it('names every answer of an endpoint', () => {
    for (const answer of EndpointAnswer.options) expect(DOC).toContain(`\`${answer}\``)
  })

  it('has examples that a stack would take', () => {
    const examples = [...DOC.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
    expect(examples.map((text) => parseScript(text, { file: 'docs/simulator.md' }).entries.length)).toEqual([4, 5, 3])
  })
})
