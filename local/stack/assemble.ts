import { startEnvironment } from '../runtime/environment.ts'
import { functionPool, type FunctionPool } from '../runtime/function-pool.ts'
import type { InvocationWatch } from '../runtime/environment.ts'
import type { InvocationResult, RuntimeApi } from '../runtime/runtime-api.ts'
import type { CodeOf } from '../template/function-code.ts'
import type { FunctionModel, StackModel } from '../template/stack-model.ts'
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
  /** Calls a function, by its ARN or by its name in serverless.yml. */
  readonly call: (name: string, event: unknown) => Promise<InvocationResult>
  /** Calls under way that neither a schedule nor a queue has made. */
  readonly otherActive: () => number
  /** Something has happened that a schedule's function may care about. */
  readonly wake: () => void
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
  readonly codeOf: CodeOf
  /** Environment variables that every function gets on top of its own. */
  readonly variables: Readonly<Record<string, string>>
  /** What a topic of SNS sends to people. */
  readonly mail: (topicArn: string, text: string) => void
  readonly watch: InvocationWatch
  /** A process starts for a function. @returns what is called when it is ready, or has ended */
  readonly onColdStart: () => () => void
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
  let called = 0
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
  const schedules = scheduled.map((entry) => {
    const { fn, pool } = found(entry.functionArn, `the schedule ${entry.expression}`)
    return schedule({ ...entry, pool, clock, skipIdle: options.skipIdle, onEnd: (error) => onEnd(fn.name, error) })
  })
  const delivery = rules({
    rules: model.rules,
    poolOf: (arn) => pools.get(arn)?.pool,
    sendToQueue: (arn, body) => sqs.send(queueOf(arn).name, body),
    publish: options.mail,
    clock,
    onEnd: (error) => onEnd('rule', error),
  })
  return {
    schedules,
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
    rules: delivery,
    otherActive: () => called + delivery.active(),
    wake: () => {
      for (const part of schedules) part.wake()
    },
    call: async (name, event) => {
      const arn = pools.has(name) ? name : (model.functions.find((fn) => fn.name.endsWith(`-${name}`))?.arn ?? name)
      const { fn, pool } = found(arn, 'somebody')
      called++
      const result = await pool.invoke(event, clock()).finally(() => called--)
      onEnd(fn.name, result.ok ? undefined : result.error)
      return result
    },
    recycle: () => {
      for (const { pool } of pools.values()) pool.recycle()
    },
    stop: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.stop()))
    },
  }
}

const poolFor = (fn: FunctionModel, { api, codeOf, variables, onLine, watch, onColdStart }: AssembleOptions): FunctionPool => {
  const code = codeOf(fn)
  return functionPool(() => {
    const ready = onColdStart()
    const begin: InvocationWatch['begin'] = (started) => {
      ready()
      return watch.begin(started)
    }
    const environment = startEnvironment({
      api,
      model: fn,
      code,
      variables,
      watch: { ...watch, begin },
      onLine: (line) => onLine(fn.name, line),
    })
    void environment.ended.then(ready)
    return environment
  })
}
