import { randomUUID } from 'node:crypto'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { eventBridge } from '../../shared/adapters/event-bridge.ts'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { secretLabels } from '../../shared/adapters/secret-labels.ts'
import { sqsCandleQueue, sqsJobQueue } from '../../shared/adapters/sqs.ts'
import { sqsDepths } from '../../shared/adapters/sqs-depths.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { withAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { secretsClient } from '../../shared/lambda/secrets-client.ts'
import { runTick } from './run-tick.ts'

const Env = z.object({
  TOKEN_SECRET_ID: z.string(),
  JOBS_QUEUE_URL: z.string(),
  CANDLES_QUEUE_URL: z.string(),
  JOBS_DLQ_URL: z.string(),
  CANDLES_DLQ_URL: z.string(),
  AUTH_DLQ_URL: z.string(),
  EVENTS_DLQ_URL: z.string(),
  EVENT_BUS_NAME: z.string(),
  PIPELINE_FILE: z.string(),
})

const log = jsonLog({ function: 'scheduler' })
const sqs = new SQSClient({})
const eventsClient = new EventBridgeClient({})

export const handler = scheduleHandler(
  runTick,
  withAppSecret((app) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const store = supabaseStore(app)
    return {
      clock: Date.now,
      config,
      calendar: marketCalendar(config),
      book: store,
      tokens: store,
      notices: store,
      secret: secretLabels({ client: secretsClient, secretId: env.TOKEN_SECRET_ID }),
      events: eventBridge({ client: eventsClient, busName: env.EVENT_BUS_NAME }),
      jobs: sqsJobQueue(sqs, env.JOBS_QUEUE_URL),
      candles: sqsCandleQueue(sqs, env.CANDLES_QUEUE_URL),
      queues: sqsDepths(sqs, {
        urls: {
          jobs: env.JOBS_QUEUE_URL,
          candles: env.CANDLES_QUEUE_URL,
          'jobs-dlq': env.JOBS_DLQ_URL,
          'candles-dlq': env.CANDLES_DLQ_URL,
          'auth-dlq': env.AUTH_DLQ_URL,
          'events-dlq': env.EVENTS_DLQ_URL,
        },
        seldom: ['jobs-dlq', 'candles-dlq', 'events-dlq'],
        clock: Date.now,
      }),
      board: store,
      newTraceId: randomUUID,
      log,
    }
  }, log),
  log,
)
