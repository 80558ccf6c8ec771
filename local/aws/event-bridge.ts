import * as z from 'zod'
import { AwsError } from './aws-error.ts'
import { parseInput } from './aws-input.ts'
import type { AwsService } from './aws-service.ts'
import type { JournalEntry } from './bus-event.ts'
import { matchesPattern } from './event-pattern.ts'
import { InvalidEventPattern } from './invalid-event-pattern.ts'
import { takePage } from './page.ts'
import { busNameOf, readEntries } from './put-events.ts'

/** A rule as ListRules and ListTargetsByRule show it. */
export type BusRule = {
  readonly name: string
  readonly busName: string
  readonly pattern?: unknown
  readonly targets: readonly { readonly arn: string }[]
}

export type EventBridgeOptions = {
  /** Makes the events durable, then sees to their delivery. */
  readonly take: (entries: readonly JournalEntry[]) => void
  /** An event for a bus that does not exist: EventBridge accepts it, and nobody ever sees it. */
  readonly onLost: (busName: string) => void
  readonly buses: readonly string[]
  readonly rules: readonly BusRule[]
  readonly clock: () => number
  readonly region: string
  readonly account: string
}

/** Amazon EventBridge with buses and rules that are given from outside: what it lacks is refused as an unknown operation. */
export const localEventBridge = (options: EventBridgeOptions): AwsService => {
  const { rules, region, account } = options
  const buses = [...new Set(['default', ...options.buses])]
  const arn = (rest: string): string => `arn:aws:events:${region}:${account}:${rest}`
  const describeBus = (name: string) => ({ Name: name, Arn: arn(`event-bus/${name}`) })
  const requireBus = (nameOrArn: string | undefined): string => {
    const name = busNameOf(nameOrArn)
    if (buses.includes(name)) return name
    throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`)
  }
  const rulesOf = (bus: string, prefix = '') => rules.filter((rule) => rule.busName === bus && rule.name.startsWith(prefix))

  return {
    target: 'AWSEvents',
    messageKey: 'message',
    operations: {
      PutEvents: (input) => {
        const results = readEntries(input, options)
        const accepted = results.flatMap((result) => ('entry' in result ? [result.entry] : []))
        for (const { bus } of accepted) if (!buses.includes(bus)) options.onLost(bus)
        const known = accepted.filter(({ bus }) => buses.includes(bus))
        if (known.length > 0) options.take(known)
        return {
          FailedEntryCount: results.length - accepted.length,
          Entries: results.map((result) => ('entry' in result ? { EventId: result.entry.event.id } : result.failure)),
        }
      },
      DescribeEventBus: (input) => describeBus(requireBus(parseInput(Named, input).Name)),
      ListEventBuses: (input) => {
        const call = parseInput(List, input)
        const { items, next } = takePage(
          buses.filter((name) => name.startsWith(call.NamePrefix ?? '')),
          pageOf(call),
        )
        return { EventBuses: items.map(describeBus), ...next }
      },
      ListRules: (input) => {
        const call = parseInput(List, input)
        const { items, next } = takePage(rulesOf(requireBus(call.EventBusName), call.NamePrefix), pageOf(call))
        const ruleArn = ({ busName, name }: BusRule): string => arn(busName === 'default' ? `rule/${name}` : `rule/${busName}/${name}`)
        return {
          Rules: items.map((rule) => ({
            Name: rule.name,
            Arn: ruleArn(rule),
            EventBusName: rule.busName,
            State: 'ENABLED',
            EventPattern: rule.pattern === undefined ? undefined : JSON.stringify(rule.pattern),
          })),
          ...next,
        }
      },
      ListTargetsByRule: (input) => {
        const call = parseInput(TargetsOf, input)
        const rule = rulesOf(requireBus(call.EventBusName)).find(({ name }) => name === call.Rule)
        if (rule === undefined)
          throw new AwsError('ResourceNotFoundException', `Rule ${call.Rule} does not exist on EventBus ${busNameOf(call.EventBusName)}.`)
        const { items, next } = takePage(
          rule.targets.map(({ arn: Arn }, index) => ({ Id: String(index), Arn })),
          pageOf(call),
        )
        return { Targets: items, ...next }
      },
      TestEventPattern: (input) => {
        const { EventPattern, Event } = parseInput(PatternTest, input)
        return { Result: matchesPattern(readPattern(EventPattern), readEvent(Event)) }
      },
    },
  }
}

const Paging = { Limit: z.number().min(1).max(100).optional(), NextToken: z.string().min(1).max(2048).optional() }
const Bus = z.string().min(1).max(1600).optional()
const Named = z.object({ Name: Bus })
const List = z.object({ ...Paging, NamePrefix: z.string().min(1).max(256).optional(), EventBusName: Bus })
const TargetsOf = z.object({ ...Paging, Rule: z.string().min(1).max(64), EventBusName: Bus })
const PatternTest = z.object({ EventPattern: z.string().max(4096), Event: z.string() })

const pageOf = (call: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined }) => ({
  MaxResults: call.Limit,
  NextToken: call.NextToken,
})

const parseJson = (text: string, failure: AwsError): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw failure
  }
}

const readPattern = (text: string): unknown => parseJson(text, new InvalidEventPattern('Invalid JSON'))

const REQUIRED_FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type']

const readEvent = (text: string): unknown => {
  const refusal = new AwsError(
    'ValidationException',
    `Parameter Event is not valid: it has to be a JSON object with ${REQUIRED_FIELDS.join(', ')}.`,
  )
  const event = z.record(z.string(), z.unknown()).safeParse(parseJson(text, refusal)).data
  if (event === undefined || REQUIRED_FIELDS.some((field) => event[field] === undefined)) throw refusal
  return event
}
