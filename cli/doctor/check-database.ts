import { StoreUnavailable } from '../../shared/domain/errors.ts'
import { databaseTrouble } from '../database-text.ts'
import { declaredFunctions, strayFunctions } from '../migrate/declared-functions.ts'
import type { Migration } from '../migrate/migration.ts'
import { strayText, WHAT_TO_DO } from '../migrate/stray-text.ts'
import type { Pipeline } from '../pipeline.ts'
import { type Finding, failed, measuredWithApp, ok } from './finding.ts'

const NAME = 'database'

/** The database answers to the stored key, and is migrated. */
export const checkDatabase = (pipeline: Pipeline, migrations: readonly Migration[]): Promise<Finding> =>
  measuredWithApp(NAME, async () => {
    const store = await pipeline.store()
    try {
      await store.tokenState()
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      const answer = await pipeline.askDatabase()
      if (answer.kind === 'migrated') return failed(NAME, error.message, 'it has answered since: look again')
      const { says, todo } = databaseTrouble(answer, (await pipeline.app()).supabaseUrl)
      return failed(NAME, says, todo)
    }
    const stored = await pipeline.databaseFunctions()
    if (stored === undefined) return failed(NAME, 'reachable, but it lacks the newest migrations', 'kite migrate')
    const stray = strayFunctions(declaredFunctions(migrations), stored)
    if (stray.length > 0)
      return failed(NAME, `it is not what the migrations make of it: ${strayText(stray)}`, `kite migrate. ${WHAT_TO_DO}`)
    return ok(NAME, 'reachable, and its functions are those of the migrations')
  })
