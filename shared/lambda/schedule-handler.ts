import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type { Log } from '../domain/log-events.ts'
import { describeError } from './log.ts'
import { once } from './once.ts'

/**
 * A function that a schedule calls. A failure is logged and thrown: Lambda counts it, and calls again.
 * The result tells the local stack when the function next has something to do; Lambda ignores it.
 */
export const scheduleHandler = <Deps, Result>(
  use: (deps: Deps, context: Context) => Promise<Result>,
  build: (log: Log) => Deps | Promise<Deps>,
  log: Log,
) => {
  const deps = once(() => build(log))
  return middy<unknown, Result>().handler(async (_event: unknown, context: Context) => {
    log('lambda_invoked')
    try {
      const result = await use(await deps(), context)
      log('lambda_completed_successfully')
      return result
    } catch (error) {
      log('lambda_failed', describeError(error))
      throw error
    }
  })
}
