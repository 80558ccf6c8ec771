import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import * as z from 'zod'
import { eventBridge } from '../adapters/event-bridge.ts'
import { schwabProof } from '../adapters/schwab-proof.ts'
import { schwabTokenEndpoint } from '../adapters/schwab-token-endpoint.ts'
import { secretsManager } from '../adapters/secrets-manager.ts'
import type { Log } from '../domain/log-events.ts'
import type { Leases, Notices, RequestBudget, TokenBook, VerdictBook } from '../ports.ts'
import type { App } from './app-secret.ts'
import { rereadingEndpoint } from './rereading-endpoint.ts'
import { secretsClient } from './secrets-client.ts'
import { timeLeft } from './time-left.ts'
import type { Unsaved } from '../domain/token.ts'

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

type Wiring = {
  readonly env: Readonly<z.infer<typeof TokenEnv>>
  readonly app: Pick<App, 'schwabAppKey' | 'schwabAppSecret' | 'signingKey' | 'reread'>
  readonly store: TokenBook & Notices & Leases & RequestBudget & VerdictBook
  readonly tickers: readonly string[]
  readonly log: Log
}

/** A new build, for changed credentials, must not forget the only refresh token that lives. */
const unsaved: Unsaved = { token: undefined }

const eventsClient = new EventBridgeClient({})

/** What looks after the token, wired to AWS, Schwab and the database. */
export const tokenDeps = ({ env, app, store, tickers, log }: Wiring) => {
  const http = { baseUrl: env.SCHWAB_URL, fetch, timeoutMs: env.SCHWAB_TIMEOUT_MS, log }
  return {
    secret: secretsManager({ client: secretsClient, secretId: env.TOKEN_SECRET_ID }),
    endpoint: rereadingEndpoint(app, ({ schwabAppKey: appKey, schwabAppSecret: appSecret }) =>
      schwabTokenEndpoint({ ...http, appKey, appSecret }),
    ),
    proof: schwabProof(http),
    book: store,
    notices: store,
    leases: store,
    budget: store,
    verdicts: store,
    limits: { requestsPerMinute: env.REQUESTS_PER_MINUTE, backfillPerMinute: env.BACKFILL_PER_MINUTE },
    events: eventBridge({ client: eventsClient, busName: env.EVENT_BUS_NAME }),
    mail: { reauthUrl: env.REAUTH_URL, signingKey: app.signingKey, tickers },
    holder: randomUUID(),
    clock: Date.now,
    timeLeft,
    unsaved,
    pause: (ms: number): Promise<void> => setTimeout(ms),
    log,
  }
}
