import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startEnvironment } from '../runtime/environment.ts'
import { functionPool, type FunctionPool } from '../runtime/function-pool.ts'
import type { RuntimeApi } from '../runtime/runtime-api.ts'
import type { FunctionModel, StackModel } from '../template/model.ts'
import { queueAlarm, type Alarm } from './alarms.ts'
import type { Deliveries } from './deliveries.ts'
import { eventSource, type EventSource } from './event-source.ts'
import { rules, type Rules } from './rules.ts'
import { schedule, type Schedule } from './schedule.ts'
import type { LocalSqs } from './sqs.ts'

export type StackParts = {
  readonly schedules: readonly Schedule[]
  readonly sources: readonly EventSource[]
  readonly alarms: readonly Alarm[]
  readonly rules: Rules
  /** Ends every environment; the next events are handled by new ones. */
  readonly recycle: () => void
  readonly stop: () => Promise<void>
}

export type AssembleOptions = {
  readonly model: StackModel
  readonly api: RuntimeApi
  readonly sqs: LocalSqs
  readonly deliveries: Deliveries
  readonly clock: () => number
  readonly skipIdle: boolean
  /** The folder that handlers are named from. */
  readonly root: string
  /** Environment variables that every function gets on top of its own. */
  readonly variables: Readonly<Record<string, string>>
  readonly onLine: (functionName: string, line: string) => void
  /** An invocation has ended; `error` is set when it failed as a whole. */
  readonly onEnd: (functionName: string, error: string | undefined) => void
}

/** Puts the resources of the template together as they would stand in AWS. */
export const assemble = (options: AssembleOptions): StackParts => {
  const { model, sqs, clock, onEnd } = options
  const pools = new Map(model.functions.map((fn) => [fn.arn, { fn, pool: poolFor(fn, options) }]))
  const found = (arn: string, what: string): { readonly fn: FunctionModel; readonly pool: FunctionPool } => {
    const entry = pools.get(arn)
    if (entry === undefined) throw new Error(`serverless.yml: ${what} calls ${arn}, which is no function of this stack`)
    return entry
  }
  const queueOf = (arn: string) => {
    const queue = model.queues.find((candidate) => candidate.arn === arn)
    if (queue === undefined) throw new Error(`serverless.yml: ${arn} is no queue of this stack`)
    return queue
  }
  const scheduled = [
    ...model.schedules,
    ...model.rules.flatMap((rule) =>
      rule.expression === undefined
        ? []
        : rule.targets.map((target) => ({
            functionArn: target.arn,
            expression: rule.expression ?? '',
            timezone: 'UTC',
            input: target.input ?? {},
          })),
    ),
  ]
  return {
    schedules: scheduled.map((entry) => {
      const { fn, pool } = found(entry.functionArn, `the schedule ${entry.expression}`)
      return schedule({ ...entry, pool, clock, skipIdle: options.skipIdle, onEnd: (error) => onEnd(fn.name, error) })
    }),
    sources: model.eventSources.map((source) => {
      const { fn, pool } = found(source.functionArn, 'an event source')
      return eventSource({
        model: source,
        queue: queueOf(source.queueArn),
        pool,
        sqs,
        deliveries: options.deliveries,
        region: model.region,
        clock,
        onEnd: ({ error }) => onEnd(fn.name, error),
      })
    }),
    alarms: model.alarms.map((alarm) => queueAlarm(alarm, sqs, clock)),
    rules: rules({
      rules: model.rules,
      poolOf: (arn) => pools.get(arn)?.pool,
      sendToQueue: (arn, body) => sqs.send(queueOf(arn).name, body),
      clock,
      onEnd: (error) => onEnd('rule', error),
    }),
    recycle: () => {
      for (const { pool } of pools.values()) pool.recycle()
    },
    stop: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.stop()))
    },
  }
}

const poolFor = (fn: FunctionModel, { api, root, variables, onLine }: AssembleOptions): FunctionPool => {
  const dot = fn.handler.lastIndexOf('.')
  const file = join(root, `${fn.handler.slice(0, dot)}.ts`)
  if (!existsSync(file)) throw new Error(`serverless.yml: the handler ${fn.handler} of ${fn.name} has no file ${file}`)
  const code = { file, exportName: fn.handler.slice(dot + 1) }
  return functionPool(() => startEnvironment({ api, model: fn, code, variables, onLine: (line) => onLine(fn.name, line) }))
}
