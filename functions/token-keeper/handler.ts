import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { sqsDepth } from '../../shared/adapters/sqs-parking.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { withAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts'
import { tokenDeps, TokenEnv } from '../../shared/lambda/token-deps.ts'
import { tokenKeeper, type KeptToken } from './keep-token.ts'

const Env = z.object({ ...TokenEnv.shape, AUTH_DLQ_URL: z.string(), PIPELINE_FILE: z.string() })

const log = jsonLog({ function: 'token-keeper' })
const sqs = new SQSClient({})

/** Called by its schedule, and by the alarm of the parked jobs: the work is the same. */
export const handler = scheduleHandler(
  (keepToken: () => Promise<KeptToken>) => keepToken(),
  withAppSecret((app) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const token = tokenDeps({ env, app, store: supabaseStore(app), tickers: config.tickers, log })
    return tokenKeeper({ ...token, calendar: marketCalendar(config), parked: sqsDepth(sqs, env.AUTH_DLQ_URL) })
  }, log),
  log,
)
