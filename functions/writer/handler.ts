import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { CandleBatch } from '../../shared/domain/messages.ts'
import { readAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { storeCandles } from './store-candles.ts'

const Env = z.object({ APP_SECRET_ID: z.string(), CANDLES_QUEUE_URL: z.string(), CANDLES_DLQ_URL: z.string() })

export const handler = sqsHandler(
  CandleBatch,
  storeCandles,
  async () => {
    const env = readEnv(Env)
    return {
      clock: Date.now,
      store: supabaseStore(await readAppSecret(env.APP_SECRET_ID)),
      source: sqsSourceQueue(new SQSClient({}), { queue: env.CANDLES_QUEUE_URL, deadLetters: env.CANDLES_DLQ_URL }),
    }
  },
  jsonLog({ function: 'writer' }),
)
