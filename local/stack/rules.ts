import { matchesPattern } from '../aws/event-pattern.ts'
import type { FunctionPool } from '../runtime/function-pool.ts'
import type { RuleModel, TargetModel } from '../template/stack-model.ts'
import { transformInput } from './input-transformer.ts'

/** An event as rules see it. */
export type BusEvent = Readonly<Record<string, unknown>>

export type Rules = {
  /** Hands the event to the targets of every rule on `busName` that it matches. @returns whether any did */
  readonly deliver: (busName: string, event: BusEvent) => boolean
  /** Calls under way. */
  readonly active: () => number
}

export type RulesOptions = {
  readonly rules: readonly RuleModel[]
  readonly poolOf: (functionArn: string) => FunctionPool | undefined
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>
  /** Sends what SNS would send to the subscribers of a topic. */
  readonly publish: (topicArn: string, text: string) => void
  readonly clock: () => number
  readonly onEnd: (error: string | undefined) => void
}

export const rules = ({ rules, poolOf, sendToQueue, publish, clock, onEnd }: RulesOptions): Rules => {
  let active = 0

  const send = async (target: TargetModel, event: BusEvent): Promise<void> => {
    const input = target.transformer === undefined ? (target.input ?? event) : transformInput(target.transformer, event)
    active++
    try {
      const pool = poolOf(target.arn)
      if (pool !== undefined) {
        const result = await pool.invoke(input, clock())
        onEnd(result.ok ? undefined : result.error)
      } else if (target.arn.includes(':sqs:')) {
        await sendToQueue(target.arn, textOf(input))
        onEnd(undefined)
      } else if (target.arn.includes(':sns:')) publish(target.arn, textOf(input))
      // Log groups have no counterpart here; the event itself stands in the journal.
    } catch (error) {
      onEnd(error instanceof Error ? error.message : String(error))
    } finally {
      active--
    }
  }

  return {
    active: () => active,
    deliver: (busName, event) => {
      const targets = rules
        .filter((rule) => rule.pattern !== undefined && rule.busName === busName && matchesPattern(rule.pattern, event))
        .flatMap((rule) => rule.targets)
      for (const target of targets) void send(target, event)
      return targets.length > 0
    },
  }
}

const textOf = (input: unknown): string => (typeof input === 'string' ? input : JSON.stringify(input))
