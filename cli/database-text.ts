import type { Trouble } from './aws-trouble.ts'
import type { DatabaseAnswer } from './ask-database.ts'

/** What is wrong with a database that did not answer `migrated` to the secret key. @param url as it is stored or was given */
export const databaseTrouble = (answer: Exclude<DatabaseAnswer, { readonly kind: 'migrated' }>, url: string): Trouble => {
  const host = URL.canParse(url) ? new URL(url).host : url
  switch (answer.kind) {
    case 'not_migrated':
      return { says: `${host} is reachable, but not migrated yet: the pipeline's tables and functions are not there`, todo: 'kite migrate' }
    case 'older':
      return { says: `${host} answers in a form that this checkout does not know`, todo: 'kite migrate, or update this checkout' }
    case 'wrong_key':
      return { says: `${host} does not accept the secret key`, todo: SECRET_KEY }
    case 'forbidden':
      return { says: `${host} knows the key, but it is not a secret one`, todo: SECRET_KEY }
    case 'not_supabase':
      return { says: `${host} answers, but it is no Supabase project`, todo: PROJECT_URL }
    case 'down':
      return {
        says: `${host} answers with status ${answer.status}`,
        todo: 'is the project paused? Its dashboard says so, and restores it; else try again in a few minutes',
      }
    case 'unreachable':
      return { says: `${host} cannot be reached: ${answer.why}`, todo: `${PROJECT_URL}; a project that was paused for long has no address` }
  }
}

const SECRET_KEY = 'give the key of this project that begins with sb_secret_ (dashboard: Project Settings, API Keys) to kite setup'
const PROJECT_URL = "give the project's address, as https://abcdefgh.supabase.co, to kite setup"
