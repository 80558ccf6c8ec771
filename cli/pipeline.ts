import type { AppSecret } from '../shared/adapters/app-secret.ts'
import type { PipelineConfig } from '../shared/domain/pipeline-config.ts'
import type {
  Clock,
  CoverageBook,
  EventBus,
  JobQueue,
  Leases,
  Notices,
  ParkedQueue,
  RequestBudget,
  SecretVersions,
  SourceQueue,
  TokenBook,
  TokenEndpoint,
  TokenProof,
  VerdictBook,
} from '../shared/ports.ts'
import type { AppSecretDesk } from './app-secret-desk.ts'
import type { DeployedSchedule } from './aws-schedules.ts'
import type { DatabaseAnswer } from './ask-database.ts'
import type { StoredFunction } from './migrate/declared-functions.ts'
import type { QueueDesk } from './queue-desk.ts'
import type { VitalSigns } from './vital-signs.ts'

/** The database, as far as commands that repair something need it. */
export type Store = CoverageBook & RequestBudget & TokenBook & Notices & Leases & VerdictBook

/**
 * A running pipeline, here or on AWS, as its operator holds it. Nothing is called before it is asked for, so that a part that fails
 * takes only those along that need it. Every call fails with a PipelineError, or with CommandFailed where a person can repair it.
 */
export type Pipeline = {
  /** For people: which one it is. */
  readonly where: string
  readonly isLocal: boolean
  /** Its time: that of a local stack is simulated. */
  readonly clock: Clock
  /** Sets the clock by that of the local stack, which goes faster than this machine's: after a person took their time. */
  readonly askForTime: () => Promise<void>
  readonly config: PipelineConfig
  /** The name of the token's secret. */
  readonly tokenSecret: string
  readonly secret: SecretVersions
  /** The application secret, read once. */
  readonly app: () => Promise<AppSecret>
  /** The same secret for whoever sets the pipeline up, read every time. */
  readonly appSecret: AppSecretDesk
  readonly store: () => Promise<Store>
  readonly vitalSigns: () => Promise<VitalSigns>
  readonly schwab: () => Promise<Schwab>
  /** Schwab's token endpoint for credentials that may not be the stored ones. */
  readonly endpointFor: (credentials: Credentials) => TokenEndpoint
  /** How the database answers to the stored key. */
  readonly askDatabase: () => Promise<DatabaseAnswer>
  /** The functions that the database has; undefined when it is older than the one that tells. */
  readonly databaseFunctions: () => Promise<readonly StoredFunction[] | undefined>
  readonly events: EventBus
  readonly queues: QueueDesk
  readonly jobs: () => Promise<JobQueue & Pick<SourceQueue, 'putBack'>>
  /** `visibilitySeconds`: how long what was received stays hidden. */
  readonly parked: (visibilitySeconds: number) => Promise<ParkedQueue>
  /** The HTTP endpoint of the login, without a path; undefined when it cannot be found. */
  readonly reauthUrl: () => Promise<string | undefined>
  /** What EventBridge Scheduler says of the schedules; undefined in a local stack, which has none that could be off. Fails with CommandFailed. */
  readonly schedules: () => Promise<readonly DeployedSchedule[] | undefined>
  /** So long after its minute a function that runs every minute is not missed yet, milliseconds of `clock`. */
  readonly patience: () => Promise<number>
}

export type Schwab = { readonly url: string; readonly appKey: string; readonly endpoint: TokenEndpoint; readonly proof: TokenProof }

/** The application at Schwab. */
export type Credentials = { readonly appKey: string; readonly appSecret: string }
