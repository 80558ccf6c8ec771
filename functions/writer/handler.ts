import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { sqsSourceQueue } from '../../shared/adapters/sqs.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { CandleBatch } from '../../shared/domain/messages.ts'
import { withAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { sqsHandler } from '../../shared/lambda/sqs-handler.ts'
import { outdatedAt, storeCandles } from './store-candles.ts'
import { inParts } from './store-in-parts.ts'

const Env = z.object({ CANDLES_QUEUE_URL: z.string(), CANDLES_DLQ_URL: z.string() })

const log = jsonLog({ function: 'writer' })
const sqs = new SQSClient({})

export const handler = sqsHandler(
  CandleBatch,
  storeCandles,
  withAppSecret((app) => {
    const env = readEnv(Env)
    return {
      clock: Date.now,
      store: inParts(supabaseStore(app), Date.now),
      source: sqsSourceQueue(sqs, { queue: env.CANDLES_QUEUE_URL, deadLetters: env.CANDLES_DLQ_URL }),
    }
  }, log),
  log,
  outdatedAt,
)
