import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import type { AppSecret } from '../adapters/app-secret.ts'
import { eventBridge } from '../adapters/event-bridge.ts'
import { schwabProof } from '../adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../adapters/schwab-token-endpoint.ts'
import { secretsManager } from '../adapters/secrets-manager.ts'
import type { Log } from '../domain/log-events.ts'
import type { Leases, Notices, RequestBudget, TokenBook } from '../ports.ts'
import { rereadingEndpoint, warmCredentials, type Credentials } from './warm-credentials.ts'

/** The environment that the token's life depends on. */
export const TokenEnv = z.object({
  TOKEN_SECRET_ID: z.string(),
  EVENT_BUS_NAME: z.string(),
  SCHWAB_URL: z.url(),
  SCHWAB_TIMEOUT_MS: z.coerce.number().int().positive().default(8000),
  REAUTH_URL: z.url(),
  REQUESTS_PER_MINUTE: z.coerce.number().int().positive(),
  BACKFILL_PER_MINUTE: z.coerce.number().int().positive(),
})

type SchwabApp = Pick<AppSecret, 'schwabAppKey' | 'schwabAppSecret'>

type Wiring = {
  readonly env: Readonly<z.infer<typeof TokenEnv>>
  readonly app: SchwabApp & Pick<AppSecret, 'signingKey'> & { readonly reread: () => Promise<SchwabApp> }
  readonly store: TokenBook & Notices & Leases & RequestBudget
  readonly tickers: readonly string[]
  readonly log: Log
}

/** What looks after the token, wired to AWS, Schwab and the database. */
export const tokenDeps = ({ env, app, store, tickers, log }: Wiring) => {
  const http = { baseUrl: env.SCHWAB_URL, fetch, timeoutMs: env.SCHWAB_TIMEOUT_MS, log }
  const credentials = warmCredentials(credentialsOf(app), async () => credentialsOf(await app.reread()), Date.now)
  return {
    secret: secretsManager({ client: new SecretsManagerClient({}), secretId: env.TOKEN_SECRET_ID }),
    endpoint: rereadingEndpoint(credentials, (known) => schwabTokenEndpoint({ ...http, ...known })),
    appKey: async () => (await credentials.known()).appKey,
    proof: schwabProof(http),
    book: store,
    notices: store,
    leases: store,
    budget: store,
    limits: { requestsPerMinute: env.REQUESTS_PER_MINUTE, backfillPerMinute: env.BACKFILL_PER_MINUTE },
    events: eventBridge({ client: new EventBridgeClient({}), busName: env.EVENT_BUS_NAME }),
    mail: { reauthUrl: env.REAUTH_URL, signingKey: app.signingKey, tickers },
    holder: randomUUID(),
    clock: Date.now,
    pause: (ms: number): Promise<void> => setTimeout(ms),
    log,
  }
}

const credentialsOf = ({ schwabAppKey: appKey, schwabAppSecret: appSecret }: SchwabApp): Credentials => ({ appKey, appSecret })
