import { matchesPattern } from '../aws/event-pattern.ts'
import type { FunctionPool } from '../runtime/function-pool.ts'
import type { RuleModel } from '../template/model.ts'

/** An event as rules see it. */
export type BusEvent = Readonly<Record<string, unknown>>

export type Rules = {
  /** Hands the event to the targets of every rule on `busName` that it matches. */
  readonly deliver: (busName: string, event: BusEvent) => void
  /** Calls under way. */
  readonly active: () => number
}

export type RulesOptions = {
  readonly rules: readonly RuleModel[]
  readonly poolOf: (functionArn: string) => FunctionPool | undefined
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>
  readonly clock: () => number
  readonly onEnd: (error: string | undefined) => void
}

export const rules = ({ rules, poolOf, sendToQueue, clock, onEnd }: RulesOptions): Rules => {
  let active = 0

  const send = async (target: RuleModel['targets'][number], event: BusEvent): Promise<void> => {
    const input = target.input ?? event
    active++
    try {
      const pool = poolOf(target.arn)
      if (pool !== undefined) {
        const result = await pool.invoke(input, clock())
        onEnd(result.ok ? undefined : result.error)
      } else if (target.arn.includes(':sqs:')) {
        await sendToQueue(target.arn, JSON.stringify(input))
        onEnd(undefined)
      }
      // Topics and log groups have no counterpart here; the event itself stands in the journal.
    } catch (error) {
      onEnd(error instanceof Error ? error.message : String(error))
    } finally {
      active--
    }
  }

  return {
    active: () => active,
    deliver: (busName, event) => {
      for (const rule of rules) {
        if (rule.pattern === undefined || rule.busName !== busName || !matchesPattern(rule.pattern, event)) continue
        for (const target of rule.targets) void send(target, event)
      }
    },
  }
}
