import type { CommandDeps } from '../command.ts'
import type { Finding } from '../doctor/finding.ts'
import type { Pipeline } from '../pipeline.ts'
import { checkCallbackUrl } from './check-callback-url.ts'
import { checkSchwabApp } from './check-schwab-app.ts'
import { checkPublishableKey, checkSupabase } from './check-supabase.ts'
import type { Settings } from './fields.ts'

/** Tries everything by a real call. Changes nothing anywhere. */
export const checkSettings = async (settings: Settings, pipeline: Pipeline, { fetch }: Pick<CommandDeps, 'fetch'>) => {
  const { schwabAppKey: appKey, schwabAppSecret: appSecret, callbackUrl, supabaseUrl: url } = settings
  const [app, callback, database] = await Promise.all([
    checkSchwabApp(pipeline.endpointFor({ appKey, appSecret })),
    checkCallbackUrl(callbackUrl, await pipeline.reauthUrl(), fetch),
    checkSupabase({ url, key: settings.supabaseSecretKey, fetch }),
  ])
  const publishable = await checkPublishableKey(settings, database.finding, fetch)
  const findings: readonly Finding[] = [app, ...callback, database.finding, ...publishable]
  return { findings, isMigrated: database.isMigrated }
}
