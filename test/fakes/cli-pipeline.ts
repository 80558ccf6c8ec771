import type { AppSecretDesk, AppSecretState } from '../../cli/app-secret-desk.ts'
import type { DatabaseAnswer } from '../../cli/ask-database.ts'
import type { Credentials, Pipeline } from '../../cli/pipeline.ts'
import type { QueueDesk, SeenMessage } from '../../cli/queue-desk.ts'
import type { QueueName } from '../../cli/stage-names.ts'
import { GrantRefused, TokenUnreadable } from '../../shared/domain/errors.ts'
import type { TokenAnswer } from '../../shared/ports.ts'
import { CONFIG } from './cli-deps.ts'
import { memoryEventBus, type MemoryEventBus } from './memory-event-bus.ts'
import { memoryParking, memoryQueue, type MemoryParking, type MemoryQueue } from './memory-queues.ts'
import { memorySecret, type MemorySecret } from './memory-secret.ts'
import { memoryStore, type MemoryStore } from './memory-store.ts'

export const APP = {
  schwabAppKey: 'app-key',
  schwabAppSecret: 'marked-app-secret',
  supabaseUrl: 'https://project.supabase.co',
  supabaseSecretKey: 'sb_secret_marked',
  signingKey: 'marked-signing-key-of-more-than-32-characters',
}

export type MemoryDesk = QueueDesk & {
  readonly messages: Map<QueueName, SeenMessage[]>
  readonly purged: readonly QueueName[]
}

export type MemoryPipeline = Pipeline & {
  readonly secret: MemorySecret
  readonly memory: MemoryStore
  readonly events: MemoryEventBus
  readonly queues: MemoryDesk
  readonly jobQueue: MemoryQueue
  readonly parking: MemoryParking
  /** What Schwab does next. A function that throws is a refusal. It knows the application. */
  readonly schwabAnswers: {
    exchange: (code: string) => TokenAnswer
    refresh: () => TokenAnswer
    /** To a made-up token, by which the application is tried. */
    tryApp: () => TokenAnswer
    prove: (accessToken: string) => void
  }
  readonly appSecret: MemoryAppSecret
  /** The credentials that Schwab was asked with. */
  readonly credentials: readonly Credentials[]
  /** The signs that `doctor` looks for. */
  readonly signs: {
    tick: number | undefined
    keeper: number | undefined
    tickers: readonly string[]
    database: DatabaseAnswer
    functions: Awaited<ReturnType<Pipeline['databaseFunctions']>>
    schedules: Awaited<ReturnType<Pipeline['schedules']>>
  }
}

/** A pipeline in memory at the time `now`. `token`: the text of the secret; none when left out. */
export const memoryPipeline = ({ now, token }: { readonly now: number; readonly token?: string | undefined }): MemoryPipeline => {
  const clock = (): number => now
  const stored = memorySecret(token)
  const memory = memoryStore()
  const jobQueue = memoryQueue(clock)
  const parking = memoryParking(clock)
  const none = (): never => {
    throw new Error('Schwab was to be asked nothing')
  }
  const refused = (): never => {
    throw new GrantRefused('token: Schwab answered 400')
  }
  const schwabAnswers: MemoryPipeline['schwabAnswers'] = { exchange: none, refresh: none, tryApp: refused, prove: none }
  const signs: MemoryPipeline['signs'] = {
    tick: now,
    keeper: now,
    tickers: CONFIG.tickers,
    database: { kind: 'unreachable', why: 'nothing listens there' },
    functions: [{ name: 'f', body: 'select 1' }],
    schedules: [{ name: 'Scheduler', isEnabled: true }],
  }
  const credentials: Credentials[] = []
  const endpoint = { exchangeCode: async (code: string) => schwabAnswers.exchange(code), refresh: async () => schwabAnswers.refresh() }
  return {
    where: 'a pipeline in memory',
    isLocal: false,
    clock,
    askForTime: async () => {},
    config: CONFIG,
    tokenSecret: 'schwab-api-token-prod',
    secret: { ...stored, current: () => stored.current().catch(asSecretsManager) },
    app: async () => APP,
    appSecret: memoryAppSecret(JSON.stringify(APP)),
    store: async () => memory,
    memory,
    vitalSigns: async () => ({
      newestTick: async () => signs.tick,
      statuses: async () => (signs.keeper === undefined ? [] : [{ component: 'token', updatedAt: signs.keeper }]),
      tickersOn: async () => signs.tickers,
    }),
    signs,
    schwab: async () => ({
      url: 'https://schwab.test',
      appKey: APP.schwabAppKey,
      endpoint,
      proof: { prove: async (accessToken) => schwabAnswers.prove(accessToken) },
    }),
    schwabAnswers,
    endpointFor: (asked) => {
      credentials.push(asked)
      return { exchangeCode: none, refresh: async () => schwabAnswers.tryApp() }
    },
    credentials,
    askDatabase: async () => signs.database,
    databaseFunctions: async () => signs.functions,
    events: memoryEventBus(),
    queues: memoryDesk(),
    jobs: async () => ({ ...jobQueue.jobs, putBack: (...message) => jobQueue.source.putBack(...message) }),
    jobQueue,
    parked: async () => parking,
    parking,
    reauthUrl: async () => 'https://login.test',
    schedules: async () => signs.schedules,
    patience: async () => 3 * 60_000,
  }
}

/** Says it as the real one does. */
const asSecretsManager = (error: unknown): never => {
  throw error instanceof TokenUnreadable
    ? new TokenUnreadable(error.message, { cause: Object.assign(new Error('no value'), { name: 'ResourceNotFoundException' }) })
    : error
}

/** The application secret in memory, with every text that was put into it. */
export type MemoryAppSecret = AppSecretDesk & { readonly puts: readonly string[]; become: (state: AppSecretState) => void }

const memoryAppSecret = (text: string): MemoryAppSecret => {
  let state: AppSecretState = { kind: 'value', versionId: 'version-0', text }
  const puts: string[] = []
  return {
    name: 'alpha-kite-prod',
    read: async () => state,
    put: async (next) => {
      puts.push(next)
      state = { kind: 'value', versionId: `version-${puts.length}`, text: next }
    },
    puts,
    become: (next) => {
      state = next
    },
  }
}

const memoryDesk = (): MemoryDesk => {
  const messages = new Map<QueueName, SeenMessage[]>()
  const purged: QueueName[] = []
  return {
    messages,
    purged,
    depth: async (queue) => ({ waiting: messages.get(queue)?.length ?? 0, inFlight: 0, delayed: 0 }),
    look: async (queue, max) => (messages.get(queue) ?? []).slice(0, max),
    purge: async (queue) => {
      purged.push(queue)
      messages.delete(queue)
    },
  }
}
