import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { eventBridge } from '../../shared/adapters/event-bridge.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import { schwabTokenEndpoint } from '../../shared/adapters/schwab-token-endpoint.ts'
import { secretsManager } from '../../shared/adapters/secrets-manager.ts'
import { sqsCandleQueue, sqsJobQueue, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { storedTokens } from '../../shared/adapters/tokens.ts'
import { FetchJob } from '../../shared/domain/messages.ts'
import { readAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { fetchCandles } from './fetch-candles.ts'

const Env = z.object({
  APP_SECRET_ID: z.string(),
  TOKEN_SECRET_ID: z.string(),
  JOBS_QUEUE_URL: z.string(),
  JOBS_DLQ_URL: z.string(),
  CANDLES_QUEUE_URL: z.string(),
  EVENT_BUS_NAME: z.string(),
  SCHWAB_URL: z.url(),
  SCHWAB_TIMEOUT_MS: z.coerce.number().int().positive().default(8000),
  REQUESTS_PER_MINUTE: z.coerce.number().int().positive(),
  BACKFILL_PER_MINUTE: z.coerce.number().int().positive(),
})

export const handler = sqsHandler(
  FetchJob,
  fetchCandles,
  async (log) => {
    const env = readEnv(Env)
    const app = await readAppSecret(env.APP_SECRET_ID)
    const sqs = new SQSClient({})
    const http = { baseUrl: env.SCHWAB_URL, fetch, timeoutMs: env.SCHWAB_TIMEOUT_MS }
    return {
      clock: Date.now,
      limits: { requestsPerMinute: env.REQUESTS_PER_MINUTE, backfillPerMinute: env.BACKFILL_PER_MINUTE },
      budget: supabaseStore(app),
      tokens: storedTokens({
        secret: secretsManager({ client: new SecretsManagerClient({}), secretId: env.TOKEN_SECRET_ID }),
        endpoint: schwabTokenEndpoint({ ...http, appKey: app.schwabAppKey, appSecret: app.schwabAppSecret }),
        clock: Date.now,
        log,
      }),
      marketData: schwab({ ...http, log }),
      candles: sqsCandleQueue(sqs, env.CANDLES_QUEUE_URL),
      jobs: sqsJobQueue(sqs, env.JOBS_QUEUE_URL),
      events: eventBridge({ client: new EventBridgeClient({}), busName: env.EVENT_BUS_NAME }),
      source: sqsSourceQueue(sqs, { queue: env.JOBS_QUEUE_URL, deadLetters: env.JOBS_DLQ_URL }),
    }
  },
  jsonLog({ function: 'fetcher' }),
)
