import { type CommandDeps, CommandFailed, UsageError } from '../command.ts'
import { type Field, FIELDS, type Settings } from './fields.ts'

export type Gathering = {
  /** By the names of the flags. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly stored: Partial<Settings>
  /** Whether a person may be asked. */
  readonly asks: boolean
}

/**
 * Each field from its flag, else its variable, else the person, else what is stored. Fails with UsageError for a text that cannot be
 * meant, and with CommandFailed when something is nowhere to be had.
 */
export const gatherSettings = async ({ flags, stored, asks }: Gathering, deps: CommandDeps): Promise<Settings> => {
  const found: { -readonly [Name in keyof Settings]?: string } = {}
  const missing: Field[] = []
  for (const field of FIELDS) {
    const kept = stored[field.name]
    const value = given(field, flags, deps.env) ?? (asks ? await ask(field, kept, deps) : kept)
    if (value !== undefined) found[field.name] = value
    else if (field.without === undefined) missing.push(field)
  }
  if (missing.length > 0) throw new CommandFailed(`nothing was written, because this is missing:\n${missing.map(howToGive).join('')}`)
  const { schwabAppKey = '', schwabAppSecret = '', supabaseUrl = '', supabaseSecretKey = '', ...rest } = found
  const { supabasePublishableKey, callbackUrl, mail } = rest
  return { schwabAppKey, schwabAppSecret, supabaseUrl, supabaseSecretKey, supabasePublishableKey, callbackUrl, mail }
}

const given = (field: Field, flags: Gathering['flags'], env: CommandDeps['env']): string | undefined => {
  const flag = field.flag === undefined ? undefined : flags[field.flag]
  const fromFlag = typeof flag === 'string' && flag.trim() !== ''
  const text = tidy(field, fromFlag ? flag : (env[field.variable] ?? ''))
  if (text === '') return undefined
  const objection = field.objection(text)
  if (objection !== undefined) throw new UsageError(`${fromFlag ? `--${field.flag}` : field.variable}: ${objection}`)
  return text
}

/** Until the answer can be meant; an empty one keeps what is stored. */
const ask = async (field: Field, kept: string | undefined, deps: CommandDeps): Promise<string | undefined> => {
  const onEnter = kept === undefined ? field.without : 'kept'
  const hint = onEnter === undefined ? '' : ` [Enter: ${onEnter}]`
  for (;;) {
    const answer = await (field.isShown ? deps.readLine : deps.readSecret)(`${field.label}${hint}: `)
    if (answer === undefined) throw new CommandFailed('the answers ended before the questions: nothing was written')
    const text = tidy(field, answer)
    if (text === '' && onEnter !== undefined) return kept
    const objection = text === '' ? 'this is needed' : field.objection(text)
    if (objection === undefined) return text
    await deps.remark(`  ${objection}\n`)
  }
}

const tidy = ({ name }: Field, text: string): string => (name === 'supabaseUrl' ? text.trim().replace(/\/+$/, '') : text.trim())

const howToGive = ({ label, variable, flag }: Field): string => `  ${label}: set ${variable}${flag === undefined ? '' : `, or --${flag}`}\n`
