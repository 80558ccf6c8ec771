import { readYamlLines, type YamlLines } from '../../shared/adapters/yaml-lines.ts'
import { newYorkInstant } from '../../shared/domain/new-york.ts'
import { type EntryContext, type EntryMistake, type Play, readPlay } from './entry.ts'

/** The script cannot be used. The message is for the person who wrote it: each mistake with its line and what to write instead. */
export class ScriptInvalid extends Error {
  override readonly name = 'ScriptInvalid'
}

/** What goes wrong in a run and what is done about it, in the order of time; what is due at the same time, in that of the file. */
export type Script = { readonly file: string; readonly entries: readonly ScriptEntry[] }
export type ScriptEntry = {
  /** Epoch milliseconds. */
  readonly at: number
  readonly line: number
  readonly what: Play
}

/**
 * Reads a script.
 * @param options `file` is how the mistakes name it
 * @throws ScriptInvalid listing every mistake
 */
export const parseScript = (text: string, { file, ...context }: EntryContext & { readonly file: string }): Script => {
  const yaml = readYamlLines(text)
  const isReadable = !yaml.errors.some(({ fatal }) => fatal)
  const { entries, mistakes } = isReadable ? readEntries(yaml, context) : { entries: [], mistakes: [] }
  const lines = text.split('\n')
  const errors = yaml.errors.map((error) => (/^\s*\t/.test(lines[error.line - 1] ?? '') ? { ...error, text: TAB } : error))
  const texts = [...errors, ...mistakes].toSorted((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`)
  // One slip of the keyboard often makes several YAML errors on its line, all in the same words.
  if (texts.length > 0) throw new ScriptInvalid([...new Set(texts)].join('\n'))
  return { file, entries: entries.toSorted((a, b) => a.at - b.at) }
}

const TAB = 'this line begins with a tab: indent it with spaces'

type PlacedMistake = { readonly line: number; readonly text: string }

const readEntries = ({ data, lineAt }: YamlLines, context: EntryContext) => {
  const entries: ScriptEntry[] = []
  const mistakes: PlacedMistake[] = []
  if (!Array.isArray(data))
    mistakes.push({ line: 1, text: `a script is a list: write each entry as "- at: 2019-02-12 10:00", with fault: or action: below` })
  const items: readonly unknown[] = Array.isArray(data) ? data : []
  for (const [index, item] of items.entries()) {
    const read = readEntry(item, context)
    if ('mistakes' in read)
      mistakes.push(...read.mistakes.map(({ key, text }) => ({ line: lineAt(key === '' ? [index] : [index, key]), text })))
    else entries.push({ ...read, line: lineAt([index]) })
  }
  return { entries, mistakes }
}

const readEntry = (
  item: unknown,
  context: EntryContext,
): { readonly at: number; readonly what: Play } | { readonly mistakes: readonly EntryMistake[] } => {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { mistakes: [{ key: '', text: 'an entry has at:, and fault: or action: below it, each on its own line' }] }
  const { at, ...rest } = Object.fromEntries(Object.entries(item).map(([key, value]) => [key, textOf(value)]))
  const nested = Object.entries(rest).filter(([, value]) => value === undefined)
  const fields = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, value ?? '']))
  const time = readTime(at)
  const read = readPlay(fields, context)
  const mistakes = [
    ...('mistake' in time ? [time.mistake] : []),
    ...nested.map(([key]) => ({ key, text: `${key}: write its value on the same line` })),
    ...('mistakes' in read ? read.mistakes.filter(({ key }) => !nested.some(([name]) => name === key)) : []),
  ]
  if ('mistake' in time || 'mistakes' in read || mistakes.length > 0) return { mistakes }
  return { at: time.at, what: read.play }
}

/** A scalar, or a list of them with commas between; undefined for what is deeper. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.join(',') : undefined
}

const readTime = (text: string | undefined): { readonly at: number } | { readonly mistake: EntryMistake } => {
  const example = 'write the time in New York, as 2019-02-12 10:00'
  if (text === undefined) return { mistake: { key: '', text: `the entry has no at: ${example}` } }
  const [, date = '', time = '', seconds = '00'] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::([0-5]\d))?$/.exec(text) ?? []
  if (date === '') return { mistake: { key: 'at', text: `at ${text === '' ? 'is empty' : text}: ${example}` } }
  try {
    return { at: newYorkInstant(date, time) + Number(seconds) * 1000 }
  } catch (error) {
    return { mistake: { key: 'at', text: `at ${text}: ${error instanceof Error ? error.message : 'no time'}: ${example}` } }
  }
}
