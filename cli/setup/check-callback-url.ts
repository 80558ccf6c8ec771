import { callbackUrl } from '../../functions/reauth/authorize-url.ts'
import { type Finding, failed, note, ok } from '../doctor/finding.ts'
import { networkTrouble } from '../network-trouble.ts'
import { isLoopback } from './objections.ts'

const NAME = 'callback URL'
const TIMEOUT_MS = 15_000
const DEPLOY = 'look at what npx serverless info prints, or deploy again'

/** What can be known of a callback URL without a login. `reauthUrl`: where the deployed login page is, when that is known. */
export const checkCallbackUrl = async (
  callback: string | undefined,
  reauthUrl: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<readonly Finding[]> => {
  if (callback === undefined) return []
  if (isLoopback(callback)) return [ok(NAME, `${callback}: kite reauth waits there`)]
  if (reauthUrl !== undefined && callback === callbackUrl(reauthUrl)) return [await visit(callback, fetch)]
  if (/\.execute-api\..*\/reauth\/callback$/.test(callback) && reauthUrl !== undefined)
    return [failed(NAME, `it is not the one of this deployment, ${callbackUrl(reauthUrl)}`, 'give that one, or name the other stage')]
  return [note(NAME, `${callback}: only a login shows whether Schwab sends people there`, 'log in with kite reauth --paste')]
}

const visit = async (callback: string, fetch: typeof globalThis.fetch): Promise<Finding> => {
  try {
    const response = await fetch(callback, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    // Our page says so even while the function waits for the credentials that are about to be stored.
    if (/alpha-kite/.test(await response.text())) return ok(NAME, `${callback} answers with the login page`)
    return failed(NAME, `${callback} answers with status ${response.status}, and not with the login page`, DEPLOY)
  } catch (error) {
    return failed(NAME, `${callback} cannot be reached: ${networkTrouble(error) ?? 'the connection failed'}`, DEPLOY)
  }
}
