import { AccessRefused, PipelineError, StoreUnavailable } from '../../shared/domain/errors.ts'
import { parseToken } from '../../shared/domain/token.ts'
import { CommandFailed } from '../command.ts'
import type { Pipeline } from '../pipeline.ts'
import { currentOrNothing } from '../token-report.ts'
import { failed, type Finding, measured, ok, notMeasured } from './finding.ts'

const NAME = 'data call'

/** One real call to Schwab with the stored access token. It changes nothing: what has ended is not renewed here. */
export const checkDataCall = (pipeline: Pipeline): Promise<readonly Finding[]> =>
  measured(NAME, 'try again in a few minutes; the pipeline does so by itself', async () => {
    const current = await currentOrNothing(pipeline.secret)
    if (current === undefined) return notMeasured(NAME, 'there is no token to make it with')
    const { accessToken, accessExpiresAt } = parseToken(current.value)
    if (accessExpiresAt !== 0 && accessExpiresAt <= pipeline.clock()) return notMeasured(NAME, 'the access token has ended')
    const schwab = await pipeline.schwab().catch(asUndefined)
    if (schwab === undefined) return notMeasured(NAME, 'the line of the application secret comes first')
    if (!(await takeCall(pipeline))) return notMeasured(NAME, "this minute's calls to Schwab are used up: run it again in a minute")
    const startedAt = performance.now()
    try {
      await schwab.proof.prove(accessToken)
    } catch (error) {
      if (!(error instanceof AccessRefused)) throw error
      return failed(
        NAME,
        error.message,
        'token-keeper renews the token or announces its death within a minute: look again, then kite reauth',
      )
    }
    return ok(NAME, `Schwab answered a quote in ${Math.round(performance.now() - startedAt)} ms`)
  })

/** Without the application's credentials there is no Schwab to call. */
const asUndefined = (error: unknown): undefined => {
  if (error instanceof PipelineError || error instanceof CommandFailed) return undefined
  throw error
}

/** Counts the call in the minute's budget. While the database does not answer nobody else calls, and the operator wants to know. */
const takeCall = async ({ store, clock, config }: Pipeline): Promise<boolean> => {
  try {
    const { requestsPerMinute: perMinute, backfillPerMinute } = config
    const budget = await store()
    return (await budget.beginFetch({ now: clock(), live: 1, backfill: 0, perMinute, backfillPerMinute })).live > 0
  } catch (error) {
    if (error instanceof StoreUnavailable) return true
    throw error
  }
}
