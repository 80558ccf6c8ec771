import * as z from 'zod'
import { environmentOf } from '../faults/call-moment.ts'
import type { Bend, GateAnswer } from '../faults/gate.ts'
import type { Bender } from '../faults/gate-bends.ts'
import { ACCOUNT, REGION } from '../template/place.ts'
import type { Permissions } from './permissions.ts'

/**
 * Refuses what a function's role does not allow, as AWS would: so that what runs here has the permissions that it needs there.
 * Calls of others go through. While a fault is played the call goes as the fault says.
 */
export const guarded =
  (bend: Bender, permissions: Permissions): Bender =>
  (called, request) => {
    const bent = bend(called, request)
    const environment = environmentOf(request)
    const service = SERVICES[called.service]
    if (environment === undefined || service === undefined || (bent !== undefined && bent.how !== 'replace')) return bent
    return {
      how: 'replace',
      answer: async (body, ask) => {
        const action = `${called.service}:${called.operation.replace(/Batch$/, '')}`
        const name = functionOf(environment)
        const refused = service.resources(JSON.parse(body.toString())).find((resource) => !permissions(name, action, resource))
        if (refused !== undefined) return denied(service.status, `${name} is not authorized to perform: ${action} on resource: ${refused}`)
        return bent === undefined ? ask(body) : bent.answer(body, ask)
      },
    } satisfies Bend
  }

/** `alpha-kite-pipeline-prod-fetcher-3` is its third environment. */
const functionOf = (environment: string): string => environment.replace(/-\d+$/, '')

const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`
const lastOf = (path: string): string => path.split('/').at(-1) ?? path

const QueueCall = z.object({ QueueUrl: z.string() }).transform(({ QueueUrl }) => [arn('sqs', lastOf(QueueUrl))])
const SecretCall = z
  .object({ SecretId: z.string() })
  .transform(({ SecretId }) => [SecretId.startsWith('arn:') ? SecretId : arn('secretsmanager', `secret:${SecretId}`)])
const EventsCall = z
  .object({ Entries: z.array(z.object({ EventBusName: z.string().default('default') })) })
  .transform(({ Entries }) => Entries.map(({ EventBusName }) => arn('events', `event-bus/${lastOf(EventBusName)}`)))

/** What a call is about, by its body; `status` is that of a refusal. */
const SERVICES: Readonly<Record<string, { readonly status: number; readonly resources: (body: unknown) => readonly string[] }>> = {
  sqs: { status: 403, resources: (body) => QueueCall.parse(body) },
  secretsmanager: { status: 400, resources: (body) => SecretCall.parse(body) },
  events: { status: 400, resources: (body) => EventsCall.parse(body) },
}

const denied = (status: number, message: string): GateAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: Buffer.from(JSON.stringify({ __type: 'AccessDeniedException', message })),
})
