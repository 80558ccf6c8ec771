import { join } from 'node:path'
import { startAwsEndpoints } from '../../local/aws/endpoints.ts'
import { LOCAL_APP } from '../../local/local-app.ts'
import { exchangeLogin } from '../../local/person/exchange-login.ts'
import type { BarSource } from '../../local/schwab/bar-source.ts'
import { startSchwab } from '../../local/schwab/start-schwab.ts'
import { localSecrets } from '../../local/secrets.ts'
import { openSupabase } from '../stack/database.ts'

export type Counted = { requests: number; bytes: number }

export type OldBackends = {
  readonly addresses: { readonly schwab: string; readonly aws: string; readonly supabase: string }
  /** What Schwab has answered so far. */
  readonly counted: Readonly<Counted>
  /** Sets the simulated time, epoch milliseconds. */
  readonly setClock: (at: number) => void
}

export const TOKEN_SECRET = 'schwab-api-token'

/** The same Schwab, Secrets Manager and Supabase as a measured stack has. A token is stored; `stack` stops them. */
export const startOldBackends = async (dir: string, bars: BarSource, at: number, stack: AsyncDisposableStack): Promise<OldBackends> => {
  let now = at
  const clock = (): number => now
  const counted: Counted = { requests: 0, bytes: 0 }
  const supabase = await openSupabase(join(dir, 'supabase'))
  stack.defer(() => supabase.stop())
  const schwab = await startSchwab({
    port: 0,
    clock,
    bars,
    app: { key: LOCAL_APP.key, secret: LOCAL_APP.secret, redirectUris: [LOCAL_APP.redirectUri] },
    onCall: ({ operation, phase, bytes }) => {
      if (operation !== 'pricehistory' || phase !== 'after') return undefined
      counted.requests++
      counted.bytes += bytes ?? 0
      return undefined
    },
  })
  stack.defer(() => schwab.stop())
  const aws = await startAwsEndpoints({ dir: join(dir, 'aws'), port: 0, clock, onEvent: () => Promise.resolve(), log: () => {} })
  stack.defer(() => aws.stop())
  await localSecrets(aws.url).put(TOKEN_SECRET, await exchangeLogin(schwab.url, clock))
  return {
    addresses: { schwab: schwab.url, aws: aws.url, supabase: supabase.url },
    counted,
    setClock: (time) => {
      now = time
    },
  }
}
