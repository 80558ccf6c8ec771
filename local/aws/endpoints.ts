import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '../http/service.ts'
import { startLocalServer } from '../http/local-server.ts'
import { answerAws, awsService, type AwsLog } from './answer-aws.ts'
import type { AwsService, Operation } from './aws-service.ts'
import type { JournalEntry } from './bus-event.ts'
import { localEventBridge, type BusRule } from './event-bridge.ts'
import { deliverEvents, type OnEvent } from './event-delivery.ts'
import { openEventJournal } from './event-journal.ts'
import { openSecretStore } from './secret-store.ts'
import { tellingStore } from './telling-store.ts'
import { localSecretsManager } from './secrets-manager.ts'

export type AwsEndpointsOptions = {
  /** The folder of the state; made when it is not there. */
  readonly dir: string
  /** Another free one is taken when it is in use. 0: any. */
  readonly port: number
  /** The current, perhaps simulated, time in epoch milliseconds. */
  readonly clock: () => number
  /** Gets each event once it is durable, in order, one at a time; resolving means accepted. After a crash one may come twice. */
  readonly onEvent: OnEvent
  /** The current version of a secret is another one. */
  readonly onCurrentSecret?: (name: string) => void
  readonly log: AwsLog
  /** The buses besides `default`. An event for any other is accepted and lost, as in AWS. */
  readonly buses?: readonly string[]
  /** What ListRules shows; matching them is the work of `onEvent`. */
  readonly rules?: readonly BusRule[]
  /** Further services on the same port. */
  readonly services?: readonly AwsService[]
  readonly region?: string
  readonly account?: string
}

export type AwsEndpoints = {
  readonly url: string
  readonly port: number
  /** Both, without HTTP. */
  readonly service: Service
  /** Secrets Manager's operations without HTTP, by name. */
  readonly secrets: Readonly<Record<string, Operation>>
  readonly events: {
    /** The newest `limit` events, oldest first. */
    recent(limit: number): readonly JournalEntry[]
    /** Hands `onEvent` what the last run left over; otherwise the next event does. To be called once `onEvent` can take it. */
    resume(): void
    /** Resolves when `onEvent` has had them all. */
    settled(): Promise<void>
  }
  stop(): Promise<void>
}

const KEPT_EVENTS = 10_000

/** Secrets Manager and EventBridge on one local port, their state in one folder. */
export const startAwsEndpoints = async (options: AwsEndpointsOptions): Promise<AwsEndpoints> => {
  const { dir, clock, onEvent, log, buses = [], rules = [], services = [], region = 'us-east-1', account = '000000000000' } = options
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const store = tellingStore(openSecretStore(join(dir, 'secrets.json'), clock), options.onCurrentSecret)
  const secrets = localSecretsManager({ store, clock, region, account })
  const journal = openEventJournal(join(dir, 'events.jsonl'), KEPT_EVENTS)
  const delivery = deliverEvents({
    leftFrom: journal.recent(2 * KEPT_EVENTS),
    cursorPath: join(dir, 'events.cursor'),
    onEvent,
    onFailure: (event, error) =>
      log('event_delivery_failed', {
        id: event.id,
        detailType: event['detail-type'],
        error: error instanceof Error ? error.name : 'unknown',
      }),
  })
  const events = localEventBridge({
    take: (entries) => {
      journal.append(entries)
      delivery.push(entries)
    },
    onLost: (bus) => log('event_lost_on_unknown_bus', { bus }),
    buses,
    rules,
    clock,
    region,
    account,
  })
  const service = awsService([secrets, events, ...services], log)
  const { url, port, stop } = await startLocalServer({
    port: options.port,
    admits: 'programs',
    handle: (request, response) =>
      answerAws(service, request, response).catch((error: unknown) => {
        // The caller has gone away in the middle of its request.
        log('aws_connection_lost', { error: error instanceof Error ? error.name : 'unknown' })
        response.destroy()
      }),
  })
  return {
    url,
    port,
    service,
    secrets: secrets.operations,
    events: { recent: (limit) => journal.recent(limit), resume: () => delivery.resume(), settled: () => delivery.settled() },
    stop: async () => {
      await stop()
      await delivery.settled()
      journal.close()
    },
  }
}
