import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  CreateSecretCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { configOf } from '../../cli/find-config.ts'
import { openPipeline } from '../../cli/open-pipeline.ts'
import { runCli } from '../../cli/run-cli.ts'
import { QUEUES, stageNames } from '../../cli/stage-names.ts'
import { startAwsEndpoints } from '../../local/aws/endpoints.ts'
import { startSqs } from '../../local/stack/sqs.ts'
import { startSupabase } from '../../local/supabase/start-supabase.ts'
import { KEYS, MIGRATIONS } from '../contract/store-embedded.ts'
import { APP, REDIRECT_URI, startTestSchwab } from '../contract/schwab-simulator-setup.ts'
import { readMigrations } from '../../cli/migrate/migration.ts'
import { cliDeps, type CliWorld } from '../fakes/cli-deps.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const NAMES = stageNames('prod')
/** Where the deployed pipeline looks for Schwab. */
const SCHWAB = 'https://api.schwabapi.com'

/**
 * An AWS account, two Supabase projects and a Schwab on this machine, nothing deployed. `kite` finds them as those of a real account:
 * by the environment of the SDK, which `variables` is for.
 */
export const freshDeployment = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'fresh-'))
  const empty = join(dir, 'supabase/migrations')
  mkdirSync(empty, { recursive: true })
  const { schwab, clock } = await startTestSchwab({ app: { ...APP, redirectUris: ['https://127.0.0.1:8182', REDIRECT_URI] } })
  const [aws, sqs, unmigrated, migrated] = await Promise.all([
    startAwsEndpoints({ dir: join(dir, 'aws'), port: 0, clock: () => clock.now, onEvent: () => undefined, log: () => undefined }),
    startSqs({ port: 0, dataDir: join(dir, 'sqs') }),
    startSupabase({ dataDir: undefined, port: 0, migrationsDir: empty, keys: KEYS }),
    startSupabase({ dataDir: undefined, port: 0, migrationsDir: MIGRATIONS, keys: KEYS }),
  ])
  const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  const secrets = new SecretsManagerClient({ ...local, endpoint: aws.url })
  const network: typeof fetch = (input, init) =>
    fetch(typeof input === 'string' && input.startsWith(SCHWAB) ? input.replace(SCHWAB, schwab.url) : input, init)
  const world = { env: {}, clock: () => clock.now, fetch: network, loadConfig: () => configOf(undefined, {}, ROOT) }
  return {
    /** Where everything that this account keeps is. */
    dir,
    urls: { unmigrated: unmigrated.url, migrated: migrated.url },
    given: { SCHWAB_APP_KEY: APP.key, SCHWAB_APP_SECRET: APP.secret, SUPABASE_SECRET_KEY: KEYS.secret },
    variables: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_PROFILE: undefined,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(dir, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(dir, 'none'),
    },
    /** What CloudFormation makes: secrets without a value, and queues. */
    deploy: async () => {
      for (const Name of [NAMES.appSecret, NAMES.tokenSecret]) await secrets.send(new CreateSecretCommand({ Name }))
      const client = new SQSClient({ ...local, endpoint: sqs.url })
      for (const queue of QUEUES) await client.send(new CreateQueueCommand({ QueueName: NAMES.queue(queue) }))
    },
    putByHand: (value: object) =>
      secrets.send(new PutSecretValueCommand({ SecretId: NAMES.appSecret, SecretString: JSON.stringify(value) })),
    /** The versions that the application secret ever had. */
    versions: async () => {
      const all = { SecretId: NAMES.appSecret, IncludeDeprecated: true }
      return ((await secrets.send(new ListSecretVersionIdsCommand(all))).Versions ?? []).map(({ VersionId }) => VersionId)
    },
    /** Where a question comes, a person presses Allow at the address that was printed, and pastes where the browser ends. */
    kite: async (args: readonly string[], more: CliWorld = {}) => {
      const fakes = cliDeps({ fetch: network, migrations: readMigrations(MIGRATIONS), ...more })
      const allow = async (): Promise<string> => {
        const { pathname, searchParams } = new URL(fakes.printed().trim())
        const form = new URLSearchParams([...searchParams, ['decision', 'allow']])
        const response = await fetch(`${schwab.url}${pathname}`, { method: 'POST', body: form, redirect: 'manual' })
        return response.headers.get('location') ?? ''
      }
      const deps = { ...fakes, openPipeline: () => openPipeline({ stage: 'prod' }, world), readPasted: allow }
      const code = await runCli([...args, '--stage', 'prod'], deps)
      return { code, printed: deps.printed(), output: deps.printed() + deps.remarked() }
    },
    stop: async () => {
      await Promise.all([schwab.stop(), aws.stop(), sqs.stop(), unmigrated.stop(), migrated.stop()])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
