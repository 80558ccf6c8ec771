import { askDatabase, type DatabaseAccess, selectAsBrowser } from '../ask-database.ts'
import { databaseTrouble } from '../database-text.ts'
import { type Finding, failed, note, notMeasured, ok } from '../doctor/finding.ts'
import type { Settings } from './fields.ts'

const DATABASE = 'Supabase'

/** The project and its secret key. A project that is not migrated yet is as it should be at this time. */
export const checkSupabase = async (access: DatabaseAccess): Promise<{ readonly finding: Finding; readonly isMigrated: boolean }> => {
  const answer = await askDatabase(access)
  if (answer.kind === 'migrated')
    return { finding: ok(DATABASE, `${new URL(access.url).host} accepts the secret key, and is migrated`), isMigrated: true }
  const { says, todo } = databaseTrouble(answer, access.url)
  const passes = answer.kind === 'not_migrated' || answer.kind === 'older'
  return { finding: passes ? note(DATABASE, says, todo) : failed(DATABASE, says, todo), isMigrated: false }
}

const KEY = 'publishable key'
const GIVE = 'give the key that begins with sb_publishable_ (dashboard: Project Settings, API Keys) to kite setup'

/** Every visitor of the dashboard gets this key, so it has to be one that opens little. */
export const checkPublishableKey = async (
  { supabaseUrl: url, supabaseSecretKey, supabasePublishableKey: key }: Settings,
  database: Finding,
  fetch: DatabaseAccess['fetch'],
): Promise<readonly Finding[]> => {
  if (key === undefined) return []
  if (key === supabaseSecretKey) return [failed(KEY, 'it is the secret key, which no browser may have', GIVE)]
  if (database.verdict === 'failed') return [notMeasured(KEY, 'the project is not reached with the secret key')]
  const [selected, called] = await Promise.all([selectAsBrowser({ url, key, fetch }), askDatabase({ url, key, fetch })])
  if (called.kind === 'migrated') return [failed(KEY, 'it may do what only a secret key may, and no browser may have such a key', GIVE)]
  if (selected.kind === 'migrated') return [ok(KEY, 'accepted, and may only read')]
  if (selected.kind === 'not_migrated') return [ok(KEY, 'accepted; there is nothing to read yet')]
  if (selected.kind === 'wrong_key') return [failed(KEY, 'Supabase does not accept it', GIVE)]
  if (selected.kind === 'forbidden') return [failed(KEY, 'accepted, but it may not read the candles', 'kite migrate gives it the right')]
  return [failed(KEY, 'Supabase gave no clear answer to it', 'try again in a few minutes')]
}
