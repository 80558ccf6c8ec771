import type { AppSecret } from '../shared/adapters/app-secret.ts'
import { eventBridge } from '../shared/adapters/event-bridge.ts'
import { schwabProof } from '../shared/adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../shared/adapters/schwab-token-endpoint.ts'
import { secretsManager } from '../shared/adapters/secrets-manager.ts'
import { sqsParkedQueue } from '../shared/adapters/sqs-parking.ts'
import { sqsJobQueue, sqsPutBack } from '../shared/adapters/sqs.ts'
import { supabaseStore } from '../shared/adapters/supabase.ts'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import { once } from '../shared/lambda/once.ts'
import type { Clock } from '../shared/ports.ts'
import { appSecretDesk } from './app-secret-desk.ts'
import { readAppSecret } from './read-app-secret.ts'
import { askDatabase, readFunctions } from './ask-database.ts'
import { awsClients } from './aws-clients.ts'
import { deployedSchedules } from './aws-schedules.ts'
import { findWorld, savedTime, type WorldOptions } from './find-world.ts'
import type { Credentials, Pipeline } from './pipeline.ts'
import { patienceWith } from './patience.ts'
import { findReauthUrl } from './reauth-url.ts'
import { stackClock } from './stack-clock.ts'
import { sqsQueueDesk } from './sqs-queue-desk.ts'
import { supabaseVitalSigns } from './vital-signs.ts'

export type OpenPipelineOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly fetch: typeof fetch
  /** The pipeline.yml in force: that of a replay in this directory, else the project's. Fails with CommandFailed. */
  readonly loadConfig: (replayDir: string | undefined) => PipelineConfig
}

/** Each answers within this or is taken for unreachable, milliseconds. */
const TIMEOUT_MS = 15_000
const SCHWAB_URL = 'https://api.schwabapi.com'

/** Finds the pipeline that is meant and wires what reaches it. Nothing but the time of a local stack is asked for yet. Fails with CommandFailed or UsageError. */
export const openPipeline = async (
  options: WorldOptions,
  { env, clock: realClock, fetch, loadConfig }: OpenPipelineOptions,
): Promise<Pipeline> => {
  const world = findWorld(options, env)
  const clock =
    world.kind === 'local'
      ? await stackClock(world.endpoints, { fetch, realClock, saved: () => savedTime(world.dir) ?? realClock() })
      : { now: realClock, ask: async () => {} }
  const clients = awsClients(world)
  const queues = sqsQueueDesk(clients.sqs, world.names.queue)
  const appSecret = appSecretDesk(clients.secrets, world.names.appSecret)
  const app = once(() => readAppSecret(appSecret, options))
  const supabase = async (): Promise<AppSecret & { readonly url: string }> => {
    const secret = await app()
    // The functions of a local stack may reach their database through a place where faults are played: a person does not.
    return { ...secret, url: world.kind === 'local' ? world.endpoints.supabase.url : secret.supabaseUrl }
  }
  const schwabUrl = world.kind === 'local' ? world.endpoints.schwab.url : SCHWAB_URL
  const schwab = { baseUrl: schwabUrl, fetch, timeoutMs: TIMEOUT_MS, clock: clock.now }
  const endpointFor = (credentials: Credentials) => schwabTokenEndpoint({ ...schwab, ...credentials })
  return {
    where: world.where,
    isLocal: world.kind === 'local',
    clock: clock.now,
    askForTime: clock.ask,
    config: loadConfig(world.kind === 'local' ? world.dir : undefined),
    tokenSecret: world.names.tokenSecret,
    secret: secretsManager({ client: clients.secrets, secretId: world.names.tokenSecret }),
    app,
    appSecret,
    store: once(async () => {
      const { url, supabaseSecretKey: secretKey } = await supabase()
      return supabaseStore({ url, secretKey, timeoutMs: TIMEOUT_MS, fetch })
    }),
    vitalSigns: once(async () => {
      const { url, supabaseSecretKey } = await supabase()
      return supabaseVitalSigns(url, supabaseSecretKey)
    }),
    schwab: once(async () => {
      const { schwabAppKey: appKey, schwabAppSecret } = await app()
      return { url: schwabUrl, appKey, endpoint: endpointFor({ appKey, appSecret: schwabAppSecret }), proof: schwabProof(schwab) }
    }),
    endpointFor,
    askDatabase: async () => {
      const { url, supabaseSecretKey: key } = await supabase()
      return askDatabase({ url, key, fetch })
    },
    databaseFunctions: async () => {
      const { url, supabaseSecretKey: key } = await supabase()
      return readFunctions({ url, key, fetch })
    },
    events: eventBridge({ client: clients.events, busName: world.names.bus }),
    queues,
    jobs: async () => {
      const url = await queues.urlOf('jobs')
      return { ...sqsJobQueue(clients.sqs, url), putBack: sqsPutBack(clients.sqs, url) }
    },
    parked: async (visibilitySeconds) => sqsParkedQueue(clients.sqs, await queues.urlOf('auth-dlq'), { visibilitySeconds }),
    reauthUrl: once(() => findReauthUrl(world)),
    schedules: async () => (world.kind === 'local' ? undefined : deployedSchedules(world.names.stack, world.region)),
    patience: () => patienceWith(world, fetch),
  }
}
