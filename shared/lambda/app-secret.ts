import * as z from 'zod'
import { parseAppSecret, type AppSecret } from '../adapters/app-secret.ts'
import { secretReader } from '../adapters/secret-reader.ts'
import type { Log } from '../domain/log-events.ts'
import { MINUTE } from '../domain/time.ts'
import { readEnv } from './env.ts'
import { describeError } from './log.ts'
import { renewed } from './renewed.ts'
import { secretsClient } from './secrets-client.ts'

/** The application's credentials in the form that the adapters take. */
export type App = AppSecret & {
  readonly url: string
  readonly secretKey: string
  readonly timeoutMs: number
  /** Reads them again now; what cannot be read stays as it was. */
  readonly reread: () => Promise<AppSecret>
}

/** How long they are used without looking whether somebody has changed them. */
const KEEP = 5 * MINUTE
/** Supabase answers within this or the message goes back to its queue. */
const SUPABASE_TIMEOUT_MS = 10_000

const Env = z.object({ APP_SECRET_ID: z.string() })

/**
 * What a function works with, built from the application's credentials: at the first invocation, and at the first one after they have
 * changed. So a key that was rotated is in use within five minutes, without a deployment.
 */
export const withAppSecret = <Deps>(build: (app: App) => Deps, log: Log): (() => Promise<Deps>) =>
  renewed({
    read: async () => parseAppSecret((await secretReader({ client: secretsClient, secretId: readEnv(Env).APP_SECRET_ID }).current()).value),
    build: (secret, reread) =>
      build({ ...secret, url: secret.supabaseUrl, secretKey: secret.supabaseSecretKey, timeoutMs: SUPABASE_TIMEOUT_MS, reread }),
    everyMs: KEEP,
    clock: Date.now,
    onChange: () => log('app_secret_changed'),
    onFailure: (error) => log('app_secret_not_read_again', describeError(error)),
  })
