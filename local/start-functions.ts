import { resolve } from 'node:path'
import type { FunctionLog } from './function-log.ts'
import { functionVariables } from './function-variables.ts'
import { mailBox } from './mail-box.ts'
import type { Run } from './open-run.ts'
import type { StartOptions } from './options.ts'
import { startRuntimeApi } from './runtime/runtime-api.ts'
import { assemble, type StackParts } from './stack/assemble.ts'
import { exactlyOnce, repeated, switchable } from './stack/deliveries.ts'
import type { Backends } from './start-backends.ts'

export type FunctionsOptions = {
  readonly run: Run
  readonly options: StartOptions
  readonly backends: Backends
  readonly pipelineFile: string
  readonly stack: AsyncDisposableStack
  readonly log: FunctionLog
  readonly say: (line: string) => void
  /** An invocation has ended. */
  readonly onEnd: () => void
}

/** The functions of the template, with everything that calls them. */
export const startFunctions = async (given: FunctionsOptions): Promise<StackParts> => {
  const { run, options, backends, stack, log } = given
  const { clock, market, state } = run
  const { model, sqs, schwab, http, gates, board } = backends
  const api = await startRuntimeApi()
  stack.defer(() => api.stop())
  const usual = options.deliveries === 1 ? exactlyOnce : repeated(options.deliveries, market.random)
  const parts = assemble({
    model,
    api,
    sqs,
    codeOf: backends.codeOf,
    deliveries: switchable(usual, () => board.play('duplicate-deliveries')?.copies, market.random),
    clock: clock.now,
    skipIdle: options.speed === 'max',
    variables: functionVariables({
      aws: gates.aws.url,
      sqs: gates.sqs.url,
      schwab: schwab.url,
      reauth: http.url,
      pipelineFile: given.pipelineFile,
    }),
    mail: mailBox({ file: resolve(options.data, 'mails.log'), clock: clock.now, say: given.say }).deliver,
    watch: backends.watch,
    // A process takes a second or more to load, which at full speed would be minutes in which nothing is done.
    onColdStart: () => (clock.speed === 'max' ? () => {} : clock.holdRealRate()),
    onLine: log.line,
    onEnd: (name, error) => {
      state.counters.invocations++
      if (error !== undefined) {
        state.counters.failures++
        log.line(name, JSON.stringify({ event: 'invocation_failed', function: name, error }))
      }
      given.onEnd()
    },
  })
  stack.defer(() => parts.stop())
  http.serve(model.routes)
  return parts
}
