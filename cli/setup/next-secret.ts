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

/** A function reads these once, at its cold start; the application's key and secret it reads anew every five minutes. */
const KEPT_WARM: readonly string[] = ['supabaseUrl', 'supabaseSecretKey', 'signingKey']
const WARM = 'Functions that run already may keep the former values for hours: npx serverless deploy --force starts them anew.\n'

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
  const isWarm = kind === 'value' && changed.some((field) => KEPT_WARM.includes(field))
  return `Stored in ${name}: ${changed.join(', ')}${rest}.\n${isWarm ? WARM : ''}`
}

/** 32 random bytes: nobody guesses them, and links of mails stay good because they are never made anew. */
const newSigningKey = (): string => randomBytes(32).toString('base64url')
