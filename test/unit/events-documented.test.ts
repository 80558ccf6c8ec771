import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { matchesPattern } from '../../local/aws/event-pattern.ts'
import { EVENT_SOURCE } from '../../shared/adapters/event-bridge.ts'
import { EVENTS, type EventType } from '../../shared/domain/events.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8')
const TYPES = z.array(z.enum(Object.keys(EVENTS) as EventType[])).parse(Object.keys(EVENTS))
const exampleOf = (type: EventType): unknown => JSON.parse(new RegExp('```json ' + type + '\\n([^`]+)```').exec(text)?.[1] ?? 'null')
const sectionOf = (type: EventType): string => text.split(/\n(?=## )/).find((section) => section.startsWith(`## ${type}\n`)) ?? ''
const fieldsOf = (type: EventType): readonly string[] => Object.keys(EVENTS[type].shape)
/** ReauthReminder has all of ReauthRequired and says so. */
const documented = (type: EventType): string => (type === 'ReauthReminder' ? sectionOf('ReauthRequired') : '') + sectionOf(type)

describe('docs/events.md', () => {
  it.each(TYPES)('has an example of %s that its schema takes, with no field that the schema does not know', (type) => {
    expect(EVENTS[type].strict().safeParse(exampleOf(type)).error).toBeUndefined()
  })

  it.each(TYPES)('explains when %s comes, what to do, and every field of it', (type) => {
    expect(sectionOf(type)).toMatch(/^\*\*Do:\*\* \w/m)
    for (const field of fieldsOf(type)) expect(documented(type)).toMatch(new RegExp(`^\\|.*\`${field}\`.*\\|`, 'm'))
  })

  it('lists every event and no other', () => {
    expect([...text.matchAll(/^\| \[`(\w+)`\]\(#(\w+)\)/gm)].map(([, name, anchor]) => [name, anchor])).toEqual(
      TYPES.toSorted((a, b) => order(a) - order(b)).map((type) => [type, type.toLowerCase()]),
    )
  })

  it('has rule patterns that match the examples they are for', () => {
    const patterns = [...text.matchAll(/\{[^`]*?"source": \["alpha-kite\.pipeline"\][\s\S]*?\n?\}(?='|\n```)/g)].map(([pattern]) =>
      JSON.parse(pattern),
    )
    const event = (type: EventType) => ({ source: EVENT_SOURCE, 'detail-type': type, detail: exampleOf(type) })
    expect(patterns).toHaveLength(2)
    const matched = patterns.map((pattern) => TYPES.filter((type) => matchesPattern(pattern, event(type))))
    expect(matched).toEqual([['ReauthRequired', 'ReauthReminder', 'TokenExpiring', 'TokenRejected'], ['TokenExpiring']])
  })
})

/** Where the section of this event stands. */
const order = (type: EventType): number => text.indexOf(`\n## ${type}\n`)
