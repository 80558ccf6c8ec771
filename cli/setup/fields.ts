import { DEFAULT_CALLBACK } from '../default-callback.ts'
import {
  objectionToAppKey,
  objectionToCallback,
  objectionToMail,
  objectionToPublishableKey,
  objectionToSecretKey,
  objectionToSupabaseUrl,
  type Objection,
} from './objections.ts'

/** What a person sets up. A field that is undefined was neither given nor stored, and can be done without. */
export type Settings = {
  readonly schwabAppKey: string
  readonly schwabAppSecret: string
  readonly supabaseUrl: string
  readonly supabaseSecretKey: string
  readonly supabasePublishableKey: string | undefined
  readonly callbackUrl: string | undefined
  readonly mail: string | undefined
}

export type Field = {
  readonly name: keyof Settings
  readonly label: string
  readonly variable: string
  /** Undefined: it is a secret, and the command line is read by others. */
  readonly flag: string | undefined
  /** Whether a person may see it while they write it. */
  readonly isShown: boolean
  /** What it means to leave it out; undefined: it is needed. */
  readonly without: string | undefined
  readonly objection: Objection
}

const required = { without: undefined, isShown: true, flag: undefined }
const optional = { without: 'none', isShown: true, flag: undefined }

/** In the order in which they are asked for. */
export const FIELDS: readonly Field[] = [
  {
    ...required,
    name: 'schwabAppKey',
    label: 'App key of your application at developer.schwab.com',
    variable: 'SCHWAB_APP_KEY',
    flag: 'app-key',
    objection: objectionToAppKey,
  },
  {
    ...required,
    name: 'schwabAppSecret',
    label: 'Its secret',
    variable: 'SCHWAB_APP_SECRET',
    isShown: false,
    objection: objectionToAppKey,
  },
  {
    ...optional,
    name: 'callbackUrl',
    without: DEFAULT_CALLBACK,
    label: 'Its callback URL for kite reauth',
    variable: 'SCHWAB_CALLBACK_URL',
    flag: 'callback',
    objection: objectionToCallback,
  },
  {
    ...required,
    name: 'supabaseUrl',
    label: 'URL of your Supabase project',
    variable: 'SUPABASE_URL',
    flag: 'supabase-url',
    objection: objectionToSupabaseUrl,
  },
  {
    ...required,
    name: 'supabaseSecretKey',
    label: 'Its secret key, sb_secret_…',
    variable: 'SUPABASE_SECRET_KEY',
    isShown: false,
    objection: objectionToSecretKey,
  },
  {
    ...optional,
    name: 'supabasePublishableKey',
    label: 'Its publishable key, sb_publishable_…',
    variable: 'SUPABASE_PUBLISHABLE_KEY',
    flag: 'publishable-key',
    objection: objectionToPublishableKey,
  },
  { ...optional, name: 'mail', label: 'Mail address to warn', variable: 'KITE_MAIL', flag: 'mail', objection: objectionToMail },
]
