import { randomUUID } from 'node:crypto'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { sqsCandleQueue, sqsJobQueue } from '../../shared/adapters/sqs.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { readAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { runTick } from './run-tick.ts'

const Env = z.object({ APP_SECRET_ID: z.string(), JOBS_QUEUE_URL: z.string(), CANDLES_QUEUE_URL: z.string(), PIPELINE_FILE: z.string() })

export const handler = scheduleHandler(
  runTick,
  async (log) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const sqs = new SQSClient({})
    return {
      clock: Date.now,
      config,
      calendar: marketCalendar(config),
      book: supabaseStore(await readAppSecret(env.APP_SECRET_ID)),
      jobs: sqsJobQueue(sqs, env.JOBS_QUEUE_URL),
      candles: sqsCandleQueue(sqs, env.CANDLES_QUEUE_URL),
      newTraceId: randomUUID,
      log,
    }
  },
  jsonLog({ function: 'scheduler' }),
)
