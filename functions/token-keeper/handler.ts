import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { sqsParkingLot } from '../../shared/adapters/sqs-parking.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { readAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { tokenDeps, TokenEnv } from '../../shared/lambda/token-deps.ts'
import { tokenKeeper, type KeptToken } from './keep-token.ts'

const Env = z.object({ ...TokenEnv.shape, APP_SECRET_ID: z.string(), AUTH_DLQ_URL: z.string(), PIPELINE_FILE: z.string() })

/** Called by its schedule, and by the alarm of the parked jobs: the work is the same. */
export const handler = scheduleHandler(
  (keepToken: () => Promise<KeptToken>) => keepToken(),
  async (log) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const app = await readAppSecret(env.APP_SECRET_ID)
    const token = tokenDeps({ env, app, store: supabaseStore(app), tickers: config.tickers, log })
    return tokenKeeper({ ...token, calendar: marketCalendar(config), parking: sqsParkingLot(new SQSClient({}), env.AUTH_DLQ_URL) })
  },
  jsonLog({ function: 'token-keeper' }),
)
