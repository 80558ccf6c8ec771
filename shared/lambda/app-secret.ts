import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { parseAppSecret } from '../adapters/app-secret.ts'
import { secretsManager } from '../adapters/secrets-manager.ts'

/** Supabase answers within this or the message goes back to its queue. */
const SUPABASE_TIMEOUT_MS = 10_000

/** Reads the application's credentials once per cold start, in the form that the adapters take. `reread` reads them again. */
export const readAppSecret = async (secretId: string) => {
  const secret = secretsManager({ client: new SecretsManagerClient({}), secretId })
  const reread = async () => parseAppSecret((await secret.current()).value)
  const app = await reread()
  return { ...app, url: app.supabaseUrl, secretKey: app.supabaseSecretKey, timeoutMs: SUPABASE_TIMEOUT_MS, reread }
}
