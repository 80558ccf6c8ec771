import { randomBytes } from 'node:crypto'
import { AppSecret } from '../../shared/adapters/app-secret.ts'
import type { AppSecretState } from '../app-secret-desk.ts'
import type { Settings } from './fields.ts'
import type { Stored } from './stored-settings.ts'

/** Fields of others stay. The mail address is the deployment's. */
export const secretOf = (settings: Settings, { all, signingKey }: Stored): Readonly<Record<string, unknown>> => ({
  ...all,
  ...settings,
  mail: all['mail'],
  signingKey: signingKey ?? newSigningKey(),
})

const FIELDS = Object.keys(AppSecret.shape)

/** The fields that differ from what is stored. */
export const changedFields = (next: Readonly<Record<string, unknown>>, { all }: Stored): readonly string[] =>
  FIELDS.filter((field) => next[field] !== all[field])

/** What was written, by the names of the fields. */
export const storedText = (
  name: string,
  { kind }: AppSecretState,
  next: Readonly<Record<string, unknown>>,
  changed: readonly string[],
): string => {
  if (changed.length === 0) return `Nothing to change: ${name} holds all of it.\n`
  const kept = FIELDS.filter((field) => next[field] !== undefined && !changed.includes(field))
  const rest = kind === 'value' && kept.length > 0 ? `, kept ${kept.join(', ')}` : ''
  const when = kind === 'value' ? ' Functions that run already take it up within five minutes.' : ''
  return `Stored in ${name}: ${changed.join(', ')}${rest}.${when}\n`
}

/** 32 random bytes: nobody guesses them, and links of mails stay good because they are never made anew. */
const newSigningKey = (): string => randomBytes(32).toString('base64url')
