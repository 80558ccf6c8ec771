import { PutEventsCommand, type EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { AwsUnavailable } from '../domain/errors.ts'
import type { PipelineEvent } from '../domain/events.ts'
import type { EventBus } from '../ports.ts'

/** The source that rules match on. */
export const EVENT_SOURCE = 'alpha-kite.pipeline'
/** EventBridge takes at most ten events in one call. */
const MAX_ENTRIES = 10
/** One call with all its retries takes no longer than this, milliseconds. */
const CALL_TIMEOUT = 8_000

/** Puts events on one EventBridge bus; those that it did not take are offered once more. */
export const eventBridge = ({ client, busName }: { readonly client: EventBridgeClient; readonly busName: string }): EventBus => {
  const put = async (entries: readonly PutEventsRequestEntry[]): Promise<readonly Refused[]> => {
    try {
      const command = new PutEventsCommand({ Entries: [...entries] })
      const { FailedEntryCount = 0, Entries = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(CALL_TIMEOUT) })
      if (FailedEntryCount === 0) return []
      return entries.flatMap((entry, index) => {
        const result = Entries[index]
        return result?.EventId === undefined ? [{ entry, code: result?.ErrorCode ?? 'unknown' }] : []
      })
    } catch (error) {
      throw new AwsUnavailable(`EventBridge did not take the call: ${error instanceof Error ? error.name : 'unknown error'}`, {
        cause: error,
      })
    }
  }

  return {
    publish: async (events) => {
      const entries = events.map((event) => toEntry(event, busName))
      for (let start = 0; start < entries.length; start += MAX_ENTRIES) {
        const refused = await put(entries.slice(start, start + MAX_ENTRIES))
        if (refused.length === 0) continue
        const again = await put(refused.map(({ entry }) => entry))
        if (again.length > 0) throw new AwsUnavailable(`EventBridge refused ${again.length} of ${entries.length} events: ${codesOf(again)}`)
      }
    },
  }
}

type Refused = { readonly entry: PutEventsRequestEntry; readonly code: string }

const toEntry = (event: PipelineEvent, busName: string): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: EVENT_SOURCE,
  DetailType: event.type,
  Detail: JSON.stringify(event.detail),
})

const codesOf = (refused: readonly Refused[]): string => [...new Set(refused.map(({ code }) => code))].join(', ')
