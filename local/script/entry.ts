import { nearestWord } from '../../shared/domain/nearest-word.ts'
import { SCHWAB_FAULTS, type FaultPlay } from '../faults/fault-desk.ts'
import { StackFault } from '../faults/stack-fault.ts'
import { Fault } from '../schwab/faults/fault.ts'
import { Action } from './action.ts'
import { readKillMoment } from './kill-moment.ts'
import { ACTIONS, ALIASES, FAULTS, WHEN_OPTIONS } from './known-plays.ts'
import type { Option } from './option.ts'

/** What happens: something goes wrong, or somebody does something. */
export type Play = { readonly kind: 'fault'; readonly fault: FaultPlay } | { readonly kind: 'action'; readonly action: Action }

/** What is wrong, and at which key of the entry. */
export type EntryMistake = { readonly key: string; readonly text: string }

export type EntryContext = {
  /** The functions of the stack as serverless.yml names them; without it any name is taken. */
  readonly functions?: readonly string[] | undefined
}

/** Reads an entry without its time: `fault` or `action`, and its options, all as text. @returns it, or every mistake in it */
export const readPlay = (
  fields: Readonly<Record<string, string>>,
  context: EntryContext = {},
): { readonly play: Play } | { readonly mistakes: readonly EntryMistake[] } => {
  const { fault, action, ...given } = fields
  if (fault !== undefined && action !== undefined)
    return { mistakes: [{ key: 'action', text: 'an entry has a fault or an action, not both: make two entries' }] }
  const kind = fault === undefined ? 'action' : 'fault'
  const name = fault ?? action
  if (name === undefined)
    return { mistakes: [{ key: '', text: 'the entry says neither fault nor action: write fault: or action: and its name' }] }
  const known = kind === 'fault' ? FAULTS : ACTIONS
  const own = known.get(name)
  if (own === undefined) return { mistakes: [unknownName(kind, name)] }
  const options = kind === 'fault' ? { ...WHEN_OPTIONS, ...own } : own
  const { values, mistakes } = readOptions(name, given, options)
  mistakes.push(...contradictions(name, values, context))
  if (mistakes.length > 0) return { mistakes }
  if (kind === 'action') return { play: { kind, action: Action.parse({ action: name, ...values }) } }
  const { for: forMs, await: _await, when: _when, after: _after, ...setting } = values
  const moment = name === 'kill-function' ? readKillMoment(values) : undefined
  if (moment !== undefined && 'problem' in moment) return { mistakes: [moment.problem] }
  // A process that died at every try would never come to an end.
  const once = name === 'kill-function' && forMs === undefined && setting['times'] === undefined ? { times: 1 } : {}
  const whole = { fault: name, ...setting, ...moment, ...once }
  const isSchwabs = SCHWAB_FAULTS.some((each) => each === name)
  const parsed = isSchwabs ? { on: 'schwab' as const, fault: Fault.parse(whole) } : { on: 'stack' as const, fault: StackFault.parse(whole) }
  return { play: { kind, fault: { ...parsed, forMs: typeof forMs === 'number' ? forMs : undefined } } }
}

const unknownName = (kind: 'fault' | 'action', name: string): EntryMistake => {
  const [known, others] = kind === 'fault' ? [FAULTS, ACTIONS] : [ACTIONS, FAULTS]
  const list = `the ${kind}s are ${[...known.keys()].join(', ')}`
  if (name === '') return { key: kind, text: `${kind} is empty: ${list}` }
  if (others.has(name))
    return {
      key: kind,
      text: `${name} is ${kind === 'fault' ? 'an action' : 'a fault'}: write ${kind === 'fault' ? 'action' : 'fault'}: ${name}`,
    }
  const meant = nearestWord(name, [...known.keys()])
  return { key: kind, text: `${name} is no ${kind}: ${meant === undefined ? '' : `write ${meant}; `}${list}` }
}

const readOptions = (name: string, given: Readonly<Record<string, string>>, options: Readonly<Record<string, Option>>) => {
  const values: Record<string, unknown> = {}
  const mistakes: EntryMistake[] = []
  for (const [key, text] of Object.entries(given)) {
    const own = ALIASES[name]?.[key] ?? key
    const option = Object.hasOwn(options, own) ? options[own] : undefined
    const reading = option?.read(text) ?? { problem: '' }
    if (option === undefined) mistakes.push({ key, text: unknownOption(name, key, Object.keys(options)) })
    else if ('problem' in reading) mistakes.push({ key, text: `${key} ${text === '' ? 'is empty' : text}: ${reading.problem}` })
    else values[option.field ?? own] = reading.value
  }
  const said = new Set(Object.keys(given).map((key) => ALIASES[name]?.[key] ?? key))
  for (const [key, option] of Object.entries(options)) {
    if (option.isRequired && !said.has(key)) mistakes.push({ key: '', text: `${name} needs ${key}: write ${option.wanted}` })
  }
  return { values, mistakes }
}

const unknownOption = (name: string, key: string, known: readonly string[]): string => {
  const meant = nearestWord(key, known)
  if (known.length === 0) return `${key} is no option of ${name}, which has none: delete the line`
  return `${key} is no option of ${name}: ${meant === undefined ? '' : `write ${meant}; `}the options are ${known.join(', ')}`
}

const contradictions = (name: string, values: Readonly<Record<string, unknown>>, { functions }: EntryContext): readonly EntryMistake[] => {
  const mistakes: EntryMistake[] = []
  if (values['for'] !== undefined && values['times'] !== undefined)
    mistakes.push({ key: 'times', text: 'for and times exclude each other: delete one' })
  const fn = values['name']
  if (name === 'kill-function' && typeof fn === 'string' && functions !== undefined && !functions.includes(fn)) {
    const meant = nearestWord(fn, functions)
    mistakes.push({
      key: 'name',
      text: `${fn} is no function of serverless.yml: ${meant === undefined ? '' : `write ${meant}; `}the functions are ${functions.join(', ')}`,
    })
  }
  return mistakes
}
