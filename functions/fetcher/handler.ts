import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { schwab } from '../../shared/adapters/schwab.ts'
import { sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { sqsCandleQueue, sqsJobQueue, sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { FetchJob } from '../../shared/domain/messages.ts'
import { withAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { tokenDeps, TokenEnv } from '../../shared/lambda/token-deps.ts'
import { storedTokens } from '../../shared/token/tokens.ts'
import { fetchCandles } from './fetch-candles.ts'

const Env = z.object({
  ...TokenEnv.shape,
  JOBS_QUEUE_URL: z.string(),
  JOBS_DLQ_URL: z.string(),
  CANDLES_QUEUE_URL: z.string(),
  AUTH_DLQ_URL: z.string(),
  PIPELINE_FILE: z.string(),
})

const log = jsonLog({ function: 'fetcher' })
const sqs = new SQSClient({})

export const handler = sqsHandler(
  FetchJob,
  fetchCandles,
  withAppSecret((app) => {
    const env = readEnv(Env)
    const { tickers } = loadPipelineFile(env.PIPELINE_FILE)
    const store = supabaseStore(app)
    const token = tokenDeps({ env, app, store, tickers, log })
    return {
      ...token,
      budget: store,
      tokens: storedTokens(token),
      marketData: schwab({ baseUrl: env.SCHWAB_URL, fetch, timeoutMs: env.SCHWAB_TIMEOUT_MS, log }),
      candles: sqsCandleQueue(sqs, env.CANDLES_QUEUE_URL),
      jobs: sqsJobQueue(sqs, env.JOBS_QUEUE_URL),
      source: sqsSourceQueue(sqs, { queue: env.JOBS_QUEUE_URL, deadLetters: env.JOBS_DLQ_URL }),
      parking: sqsParkingLot(sqs, env.AUTH_DLQ_URL),
      countParked: (outageId: string, count: number) => store.countParked(outageId, count),
    }
  }, log),
  log,
  ({ notAfter }) => notAfter,
)
