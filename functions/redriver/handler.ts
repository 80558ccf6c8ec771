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
import { readAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import type { RedriveDeps } from './redrive-deps.ts'
import { redriveParked } from './redrive-parked.ts'

const Env = z.object({
  APP_SECRET_ID: z.string(),
  JOBS_QUEUE_URL: z.string(),
  AUTH_DLQ_URL: z.string(),
  EVENT_BUS_NAME: z.string(),
  PIPELINE_FILE: z.string(),
})

/** Called by a schedule and by the event of a login; the work is the same, because it looks at what is parked. */
export const handler = scheduleHandler(
  (deps: Omit<RedriveDeps, 'remainingMs'>, context) => redriveParked({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() }),
  async (log) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const store = supabaseStore(await readAppSecret(env.APP_SECRET_ID))
    const sqs = new SQSClient({})
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
      events: eventBridge({ client: new EventBridgeClient({}), busName: env.EVENT_BUS_NAME }),
      newId: randomUUID,
      log,
    }
  },
  jsonLog({ function: 'redriver' }),
)
