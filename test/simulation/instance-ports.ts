import type { SQSClient } from '@aws-sdk/client-sqs'
import { schwabProof } from '../../shared/adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { timeLeft } from '../../shared/lambda/time-left.ts'
import type { Log } from '../../shared/domain/log-events.ts'
import { callPorts, through } from './call-ports.ts'
import type { Instance } from './invocation.ts'
import type { Lives } from './lives.ts'
import { SCHWAB_TIMEOUT, schwabFetch } from './schwab-fetch.ts'
import { APP_KEY, APP_SECRET, MARK } from './schwab-tokens.ts'
import { STORE_METHODS } from './store-methods.ts'
import type { World } from './world.ts'

export const SIGNING_KEY = `${MARK}-signing-key-of-32-characters-and-more`
export const REAUTH_URL = 'https://reauth.example.org'
export const SCHWAB_URL = 'https://api.schwabapi.com'

/** All that an instance has of the world: its own clock, log and names, and ports that take time, fail, or never come back. */
export const instancePorts = (instance: Instance, lives: Lives, world: World, client: SQSClient, newId: (kind: string) => string) => {
  const { plan, kernel, faults } = world
  const call = callPorts(instance, lives, world)
  const clock = (): number => kernel.now() + (faults.active('skew', instance.fn)?.amount ?? 0)
  const log = logOf(instance, world)
  const store = through(call, 'store', world.database, STORE_METHODS)
  const send = (command: Command) => call('sqs', command.constructor.name, [command.input], () => client.send(command as never))
  const config = { ...plan, tickers: world.tickers }
  const http = { baseUrl: SCHWAB_URL, fetch: schwabFetch(instance, call, lives, world), timeoutMs: SCHWAB_TIMEOUT, log, clock }
  const token = {
    secret: through(call, 'secret', world.secret, [
      'current',
      'currentVersionId',
      'pending',
      'previous',
      'putPending',
      'room',
      'promote',
      'note',
      'isNoted',
    ]),
    endpoint: schwabTokenEndpoint({ ...http, appKey: APP_KEY, appSecret: APP_SECRET }),
    proof: schwabProof(http),
    book: store,
    notices: store,
    leases: store,
    budget: store,
    verdicts: store,
    limits: { requestsPerMinute: plan.requestsPerMinute, backfillPerMinute: plan.backfillPerMinute },
    events: through(call, 'bus', world.bus, ['publish']),
    mail: { reauthUrl: REAUTH_URL, signingKey: SIGNING_KEY, tickers: config.tickers },
    holder: newId('holder'),
    clock,
    timeLeft,
    unsaved: instance.unsaved,
    pause: (ms: number) => lives.pass(instance, ms),
    log,
  }
  return { token, store, http, config, sqs: { send } as unknown as SQSClient }
}

type Command = { readonly input: object }

/** What takes real time is no part of a trace: it differs from run to run. */
const logOf =
  ({ fn, id }: Instance, { lines, trace }: World): Log =>
  (event, fields = {}) => {
    const line = JSON.stringify({ event, ...fields, latencyMs: undefined })
    for (const see of lines) see(line)
    trace?.(`    ${fn}#${id} says ${line}`)
  }
