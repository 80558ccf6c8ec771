import { StoreUnavailable } from '../../shared/domain/errors.ts'
import { databaseTrouble } from '../database-text.ts'
import type { Pipeline } from '../pipeline.ts'
import { type Finding, failed, measuredWithApp, ok } from './finding.ts'

const NAME = 'database'

/** The database answers to the stored key, and is migrated. */
export const checkDatabase = (pipeline: Pipeline): Promise<Finding> =>
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
    return ok(NAME, 'reachable, and its functions are there')
  })
