import type { Trouble } from './aws-trouble.ts'
import type { DatabaseAnswer } from './ask-database.ts'

/** What is wrong with a database that did not answer `migrated` to the secret key. @param url as it is stored or was given */
export const databaseTrouble = (answer: Exclude<DatabaseAnswer, { readonly kind: 'migrated' }>, url: string): Trouble => {
  const host = URL.canParse(url) ? new URL(url).host : url
  if (answer.kind === 'down') return { says: `${host} answers with status ${answer.status}`, todo: PAUSED }
  if (answer.kind === 'unreachable')
    return { says: `${host} cannot be reached: ${answer.why}`, todo: `${PROJECT_URL}; a project that was paused for long has no address` }
  const { says, todo } = TROUBLES[answer.kind]
  return { says: `${host} ${says}`, todo }
}

const SECRET_KEY = 'give the key of this project that begins with sb_secret_ (dashboard: Project Settings, API Keys) to kite setup'
const PROJECT_URL = "give the project's address, as https://abcdefgh.supabase.co, to kite setup"
const PAUSED = 'is the project paused? Its dashboard says so, and restores it; else try again in a few minutes'

const TROUBLES = {
  not_migrated: { says: "is reachable, but not migrated yet: the pipeline's tables and functions are not there", todo: 'kite migrate' },
  older: { says: 'answers in a form that this checkout does not know', todo: 'kite migrate, or update this checkout' },
  wrong_key: { says: 'does not accept the secret key', todo: SECRET_KEY },
  forbidden: { says: 'knows the key, but it is not a secret one', todo: SECRET_KEY },
  not_supabase: { says: 'answers, but it is no Supabase project', todo: PROJECT_URL },
}
