import { randomUUID } from 'node:crypto'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { eventBridge } from '../../shared/adapters/event-bridge.ts'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { sqsParkedQueue } from '../../shared/adapters/sqs-parking.ts'
import { sqsJobQueue, sqsPutBack } from '../../shared/adapters/sqs.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { withAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import type { RedriveDeps } from './redrive-deps.ts'
import { redriveParked } from './redrive-parked.ts'

const Env = z.object({
  JOBS_QUEUE_URL: z.string(),
  AUTH_DLQ_URL: z.string(),
  EVENT_BUS_NAME: z.string(),
  PIPELINE_FILE: z.string(),
})

const log = jsonLog({ function: 'redriver' })
const sqs = new SQSClient({})
const eventsClient = new EventBridgeClient({})

/** Called by a schedule and by the event of a login; the work is the same, because it looks at what is parked. */
export const handler = scheduleHandler(
  (deps: Omit<RedriveDeps, 'remainingMs'>, context) => redriveParked({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() }),
  withAppSecret((app) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const store = supabaseStore(app)
    return {
      clock: Date.now,
      config,
      calendar: marketCalendar(config),
      tokens: store,
      leases: store,
      book: store,
      parked: sqsParkedQueue(sqs, env.AUTH_DLQ_URL),
      jobs: sqsJobQueue(sqs, env.JOBS_QUEUE_URL),
      putBack: sqsPutBack(sqs, env.JOBS_QUEUE_URL),
      events: eventBridge({ client: eventsClient, busName: env.EVENT_BUS_NAME }),
      newId: randomUUID,
      log,
    }
  }, log),
  log,
)
