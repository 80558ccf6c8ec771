import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type { Log } from '../domain/log-events.ts'
import { describeError } from './log.ts'
import { printableErrors } from './printable-errors.ts'
import { withinInvocation } from './time-left.ts'

/**
 * A function that a schedule calls. A failure is logged and thrown: Lambda counts it, and calls again.
 * The result tells the local stack when the function next has something to do; Lambda ignores it.
 * @param deps asked at each invocation: what is kept from one to the next is its own business
 */
export const scheduleHandler = <Deps, Result>(
  use: (deps: Deps, context: Context) => Promise<Result>,
  deps: () => Deps | Promise<Deps>,
  log: Log,
) =>
  middy<unknown, Result>()
    .use(printableErrors)
    .handler(async (_event: unknown, context: Context) => {
      log('lambda_invoked')
      try {
        const ready = await deps()
        const result = await withinInvocation(context, () => use(ready, context))
        log('lambda_completed_successfully')
        return result
      } catch (error) {
        log('lambda_failed', describeError(error))
        throw error
      }
    })
