import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { loadPipelineFile } from '../../shared/adapters/pipeline-file.ts'
import { supabaseStore } from '../../shared/adapters/supabase.ts'
import { marketCalendar } from '../../shared/domain/calendar.ts'
import { withAppSecret } from '../../shared/lambda/app-secret.ts'
import { readEnv } from '../../shared/lambda/env.ts'
import { httpHandler } from '../../shared/lambda/http-handler.ts'
import { jsonLog } from '../../shared/lambda/log.ts'
import { TokenEnv, tokenDeps } from '../../shared/lambda/token-deps.ts'
import { answerRequest } from './answer-request.ts'
import { SECRET_BYTES } from './browser.ts'
import { failureAnswer } from './failure-answer.ts'

const Env = z.object({ ...TokenEnv.shape, PIPELINE_FILE: z.string() })

const log = jsonLog({ function: 'reauth' })

export const handler = httpHandler(
  answerRequest,
  withAppSecret((app) => {
    const env = readEnv(Env)
    const config = loadPipelineFile(env.PIPELINE_FILE)
    const store = supabaseStore(app)
    return {
      ...tokenDeps({ env, app, store, tickers: config.tickers, log }),
      states: store,
      calendar: marketCalendar(config),
      tickers: config.tickers,
      horizonDays: config.horizonDays,
      signingKey: app.signingKey,
      appKey: app.schwabAppKey,
      schwabUrl: env.SCHWAB_URL,
      reauthUrl: env.REAUTH_URL,
      newSecret: () => randomBytes(SECRET_BYTES).toString('base64url'),
    }
  }, log),
  failureAnswer,
  log,
)
