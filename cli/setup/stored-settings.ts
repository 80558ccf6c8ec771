import * as z from 'zod'
import { AppSecret } from '../../shared/adapters/app-secret.ts'
import type { AppSecretState } from '../app-secret-desk.ts'
import { FIELDS, type Settings } from './fields.ts'

/** What the application secret holds already. */
export type Stored = {
  readonly settings: Partial<Settings>
  readonly signingKey: string | undefined
  /** Everything in it, fields of others too. */
  readonly all: Readonly<Record<string, unknown>>
  /** The fields that are there and of no use; `the whole` when it is no JSON object. */
  readonly malformed: readonly string[]
}

/** Reads field by field, so that one that is broken costs no other. */
export const storedSettings = (state: AppSecretState): Stored => {
  const all = state.kind === 'value' ? objectOf(state.text) : {}
  if (all === undefined) return { settings: {}, signingKey: undefined, all: {}, malformed: ['the whole'] }
  const settings: { -readonly [Name in keyof Settings]?: string } = {}
  const malformed: string[] = []
  for (const { name, objection } of FIELDS) {
    const value = all[name]
    if (value === undefined || name === 'mail') continue
    if (typeof value === 'string' && value !== '' && objection(value) === undefined) settings[name] = value
    else malformed.push(name)
  }
  const signingKey = AppSecret.shape.signingKey.safeParse(all['signingKey']).data
  if (signingKey === undefined && all['signingKey'] !== undefined) malformed.push('signingKey')
  return { settings, signingKey, all, malformed }
}

const objectOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
